# fish completion for hooks
function __hooks_candidates
    set -l tokens (commandline -opc)
    set -l marked
    for token in $tokens[2..-1]
        set -a marked ":$token"
    end
    # In quotes, so that an empty word is a word; it may itself have an open quote.
    set -l word (commandline -ct)
    set -a marked ":"(string trim --left --chars='\'"' -- "$word")
    set -l candidates (hooks completion --candidates $marked 2>/dev/null)
    if set -q candidates[1]
        printf '%s\n' $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c hooks -f -a '(__hooks_candidates)'
