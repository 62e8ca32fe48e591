#compdef hooks
# zsh completion for hooks
_hooks() {
  local -a marked candidates open
  # Up to the cursor, and without quotes.
  marked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  marked=("${(@)marked/#/:}")
  candidates=("${(@f)$(hooks completion --candidates "${marked[@]}" 2>/dev/null)}")
  candidates=("${(@)candidates:#}")
  if (( ! ${#candidates} )); then
    _files
    return
  fi
  # After localhost: comes a port, not a space.
  open=("${(@M)candidates:#*:}")
  candidates=("${(@)candidates:#*:}")
  (( ! ${#open} )) || compadd -S '' -- "${open[@]}"
  (( ! ${#candidates} )) || compadd -- "${candidates[@]}"
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
# As a file of $fpath, zsh calls it at once; from .zshrc it only has to be known.
if [[ "$funcstack[1]" == _hooks ]]; then _hooks "$@"; else compdef _hooks hooks; fi
