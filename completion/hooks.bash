# bash completion for hooks
_hooks_completion() {
  local rest="${COMP_LINE:0:COMP_POINT}" piece trimmed index candidate current prefix
  local -a words=() marked=()
  # bash splits also at the @, : and = that event names and endpoints hold: what stands together is one word.
  for ((index = 0; index <= COMP_CWORD; index++)); do
    trimmed="${rest#"${rest%%[![:space:]]*}"}"
    piece="${COMP_WORDS[index]}"
    if ((index == COMP_CWORD)); then piece="$trimmed"; fi
    if ((index == 0)) || [[ "$trimmed" != "$rest" ]]; then words+=(""); fi
    words[${#words[@]} - 1]+="$piece"
    rest="${trimmed#"$piece"}"
  done
  for piece in "${words[@]:1}"; do marked+=(":${piece//[\"\'\\]/}"); done
  current="${marked[${#marked[@]} - 1]#:}"
  # $2 is the end of the word, the only part that bash replaces: the beginning must not be repeated.
  prefix="${current%"$2"}"
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("${candidate#"$prefix"}")
  done < <(hooks completion --candidates "${marked[@]}" 2>/dev/null)
  if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *: ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _hooks_completion hooks
