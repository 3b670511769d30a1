#compdef migrate
# Completion of migrate for zsh. In ~/.zshrc, after compinit:
#     source <(migrate completion zsh)

_migrate() {
	local -a lines candidates shown
	local line program=${(Q)words[1]} found=1
	(( $+commands[$program] )) || [[ -x $program ]] || program=migrate
	lines=("${(@f)$(print -rN -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" | $program completion words 2>/dev/null)}")
	case $lines[1] in
	:files) compset -P '--*='; _files; found=$?; shift lines ;;
	:directories) compset -P '--*='; _files -/; return ;;
	esac
	for line in $lines; do
		candidates+=("${line%%$'\t'*}")
		[[ $line == *$'\t'* ]] && shown+=("${line/$'\t'/  -- }") || shown+=("$line")
	done
	(( $#candidates )) || return found
	compadd -Q -V migrate -l -d shown -a candidates
}

if [[ $funcstack[1] = _migrate ]]; then
	_migrate "$@"
else
	compdef _migrate migrate
fi
