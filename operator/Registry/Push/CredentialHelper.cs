using System.ComponentModel;
using System.Diagnostics;

namespace GemmaOperator.Registry.Push;

/// <summary>
/// Asks a program that keeps credentials, <c>docker-credential-NAME get</c>; its stdin is the server.
/// </summary>
internal static class CredentialHelper
{
    /// <summary>Returns its answer; null when it knows nothing of the server.</summary>
    /// <exception cref="FormatException">The program isn't there.</exception>
    public static async Task<string?> AskAsync(string name, string server, CancellationToken cancellationToken)
    {
        var program = $"docker-credential-{name}";
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, ["get"])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            )!;
            var (answer, errors) = (
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken)
            );
            await process.StandardInput.WriteAsync(server);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            await errors;
            return process.ExitCode == 0 ? await answer : null;
        }
        catch (Win32Exception e)
        {
            throw new FormatException($"the docker config names {program}, which isn't on the PATH", e);
        }
        catch (IOException)
        {
            // It ended before it had read what it was asked for.
            return null;
        }
    }
}
