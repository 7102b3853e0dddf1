profile v=1 sets=64 ways=8 line=256
row name=sparse_touch rounds=3 insns=2682100 accesses=5000 misses=2000 lines=2000
sym 2680900 4000 2000 2000 handle_mm_fault
sym 200 500 0 0 ptdesc_alloc.part.0
sym 600 100 0 0 (user)
sym 400 400 0 0 ptdesc_alloc
end rows=1
