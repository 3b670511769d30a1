# Completion of migrate for bash 4.4 and newer. In ~/.bashrc:
#     source <(migrate completion bash)
# shellcheck shell=bash

_migrate() {
	local line=${COMP_LINE:0:COMP_POINT} program=$1 words=() word strip="" i candidates
	# bash cuts words at = and : too, and we want them whole.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $i = 0 || $line == [[:space:]]* ]]; then
			words+=("")
			line=${line#"${line%%[![:space:]]*}"}
		fi
		((i < COMP_CWORD)) || word=$line
		line=${line#"$word"}
		words[-1]+=$word
	done
	words=("${words[@]//[\"\'\\]/}")
	word=${words[-1]}
	type -P "$program" >/dev/null || program=migrate
	mapfile -t candidates < <(printf '%s\0' "${words[@]}" | "$program" completion words 2>/dev/null)
	COMPREPLY=()
	case ${candidates[0]-} in
	:files | :directories)
		[ "${candidates[0]}" = :files ] && i=-f || i=-d
		compopt -o filenames 2>/dev/null
		[[ $word != --*=* ]] || word=${word#*=}
		mapfile -t COMPREPLY < <(compgen "$i" -- "$word")
		candidates=("${candidates[@]:1}")
		;;
	esac
	for i in = :; do
		[[ $COMP_WORDBREAKS != *"$i"* || $word != *"$i"* ]] || strip=${word%"${word##*["$i"]}"}
	done
	for i in "${candidates[@]}"; do
		i=${i%%$'\t'*}
		COMPREPLY+=("${i#"$strip"}")
	done
}

complete -o nosort -F _migrate migrate
