using System.CommandLine;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>Prints completion scripts; the words themselves come from <see cref="CompleteCommand"/>.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # bash completion of kubectl-gemma: source <(kubectl-gemma completion bash)
            _kubectl_gemma() {
                local IFS=$'\n'
                COMPREPLY=($(kubectl-gemma __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:' | cut -f 1))
            }
            complete -F _kubectl_gemma kubectl-gemma
            """,
        ["zsh"] = """
            #compdef kubectl-gemma
            # zsh completion of kubectl-gemma: source <(kubectl-gemma completion zsh)
            _kubectl_gemma() {
                local -a found
                found=("${(@f)$(kubectl-gemma __complete "${words[@]:1:$((CURRENT - 1))}" 2>/dev/null | grep -v '^:' | sed 's/:/\\:/g; s/\t/:/')}")
                _describe 'kubectl-gemma' found
            }
            compdef _kubectl_gemma kubectl-gemma
            """,
        ["fish"] = """
            # fish completion of kubectl-gemma: kubectl-gemma completion fish | source
            function __kubectl_gemma
                set -l words (commandline -opc) (commandline -ct)
                kubectl-gemma __complete $words[2..] 2>/dev/null | string match -v -r '^:'
            end
            complete -c kubectl-gemma -f -a '(__kubectl_gemma)'
            """,
        ["powershell"] = """
            # PowerShell completion of kubectl-gemma: kubectl-gemma completion powershell | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName kubectl-gemma -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
                if ($wordToComplete -eq '') { $words += '""' }
                kubectl-gemma __complete @words 2>$null | Where-Object { $_ -notmatch '^:' } | ForEach-Object {
                    $word, $text = $_ -split "`t", 2
                    if (-not $text) { $text = $word }
                    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $text)
                }
            }
            """,
        ["kubectl"] = """
            #!/bin/sh
            # Completion of `kubectl gemma`: save it as kubectl_complete-gemma, executable, on the PATH.
            exec kubectl-gemma __complete "$@"
            """,
    };

    public static Command Make(Shell shell)
    {
        var name = new Argument<string>("SHELL") { Description = "bash, zsh, fish, powershell, or kubectl." };
        name.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a completion script; 'kubectl' is for kubectl gemma.") { name };
        command.SetAction(result =>
        {
            shell.Screen.Output.WriteLine(Scripts[result.GetValue(name)!]);
            return ExitCode.Done;
        });
        return command;
    }
}
