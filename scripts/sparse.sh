#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sparse.sh OPTIONS FILE: sparse. Of -march=rv64imac_zicsr_... it is told what is before
# the first "_": Debian 12's knows no more of RISC-V, and stops.
for option; do
	shift
	case $option in
	-march=rv*_*) option=${option%%_*} ;;
	esac
	set -- "$@" "$option"
done
exec sparse "$@"
