# Completion of migrate for fish. In ~/.config/fish/config.fish:
#     migrate completion fish | source

function __migrate_complete
    set -l current (commandline -ct)
    set -l lines (printf '%s\0' (commandline -opc) "$current" | command migrate completion words 2>/dev/null)
    switch "$lines[1]"
        case :files
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$current")
            set -q lines[2]; and printf '%s\n' $lines[2..-1]
        case :directories
            __fish_complete_directories (string replace -r '^--[^=]*=' '' -- "$current")
        case '*'
            printf '%s\n' $lines
    end
end

complete -c migrate -f -a '(__migrate_complete)'
