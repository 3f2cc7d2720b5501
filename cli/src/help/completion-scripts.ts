// Scripts that hand the words of a command line to `mesh complete`.

const scripts: Readonly<Record<string, string>> = {
  bash: `_mesh() {
  local IFS=$'\\n'
  COMPREPLY=($(mesh complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -F _mesh mesh
`,
  zsh: `#compdef mesh
_mesh() {
  local -a found
  found=("\${(@f)$(mesh complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [ -n "$found" ]; then compadd -a found; else _files; fi
}
compdef _mesh mesh
`,
  fish: `function __mesh_complete
  set -l tokens (commandline -opc) (commandline -ct)
  mesh complete -- $tokens[2..-1] 2>/dev/null
end
complete -c mesh -f -a "(__mesh_complete)"
`,
};

/** The script for a shell. Throws for one without. */
export function completionScript(shell: string): string {
  const script = scripts[shell];
  if (script === undefined) throw new Error(`there is no completion for ${shell}`);
  return script;
}
