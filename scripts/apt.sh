# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# apt with lists, cache and sources of its own: a suite which the machine has
# not enabled, without touching the machine's configuration, unprivileged.
# spec_value is the caller's: what is to be fetched.

apt_dir=$b/src/apt

# The Debian archive the machine is configured for. Sites known as Debian's
# first; where no list was ever fetched, those that name this release.
apt_sites()
{
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	# shellcheck disable=SC2016 # apt expands these
	f=$(apt-get indextargets --format '$(LABEL)|$(ORIGIN)|$(CODENAME)|$(RELEASE)|$(SITE)' \
		'Created-By: Packages' 2>/dev/null || :)
	{
		echo "$f" | sed -n 's/^Debian|Debian|[^|]*|[^|]*|//p'
		echo "$f" | awk -F '|' -v c="$codename" '$3 == c || $4 == c { print $5 }'
	} | awk '!seen[$0]++ && !/security/'
}

apt_keyring()
{
	for k in /usr/share/keyrings/debian-archive-keyring.gpg \
		/usr/share/keyrings/debian-archive-keyring.pgp; do
		[ ! -r "$k" ] || { echo "$k"; return; }
	done
	die "missing Debian's archive keys: apt package debian-archive-keyring; run make deps"
}

apt_own()
{
	tool=$1
	shift
	"$tool" -o Dir::Etc::SourceList="$apt_dir/list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State::Lists="$apt_dir/lists" -o Dir::Cache="$apt_dir/cache" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
		-o Acquire::Retries=2 -o Acquire::http::Timeout=30 "$@"
}

# apt_prepare SITE deb|deb-src: fetch and verify the suites' indices
apt_prepare()
{
	key=$(apt_keyring)
	rm -rf "$apt_dir"
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial"
	for suite in $(spec_value suites); do
		echo "$2 [signed-by=$key] $1 $suite main"
	done >"$apt_dir/list"
	say "reading the signed index of $(spec_value suites)"
	# An index that cannot be had is only a warning to apt-get update.
	apt_own apt-get -q update >"$b/log/apt-update.log" 2>&1 || return 1
	! grep -q '^[EW]: Failed to fetch' "$b/log/apt-update.log"
}

apt_candidate()
{
	apt_own apt-cache policy "$1" 2>/dev/null |
		sed -n 's/^ *Candidate: //p' | grep -v '(none)' || :
}
