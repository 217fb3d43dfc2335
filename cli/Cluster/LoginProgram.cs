using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.KubeConfigModels;

namespace KubectlGemma.Cluster;

/// <summary>
/// Runs the program by which a kubeconfig logs a user in (<c>users[].user.exec</c>, an ExecCredential). Not the
/// library's way: it joins the arguments by blanks, and tells what goes wrong by its stack.
/// </summary>
internal static class LoginProgram
{
    private const string Group = "client.authentication.k8s.io/";

    /// <summary>Bounds how long it is waited for: somebody may have to log in by hand.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns credentials without a program: what the program gives instead, if there is one.</summary>
    /// <param name="user">Name of the user.</param>
    /// <param name="given">What the kubeconfig says of it.</param>
    /// <param name="server">The cluster that is asked for, for programs that want to know.</param>
    /// <exception cref="FormatException">It gives none.</exception>
    public static UserCredentials Run(string user, UserCredentials given, ClusterEndpoint? server)
    {
        if (given.ExternalExecution is not { } exec)
        {
            return given;
        }

        if (string.IsNullOrEmpty(exec.Command))
        {
            throw new FormatException($"user {Nearest.Quote(user)}: exec has no command");
        }

        var name = $"the login program {Nearest.Quote(exec.Command)} of user {Nearest.Quote(user)}";
        var status = StatusOf(name, Output(name, exec, server));
        return new UserCredentials
        {
            Token = Text(status, "token"),
            ClientCertificateData = Encoded(Text(status, "clientCertificateData")),
            ClientKeyData = Encoded(Text(status, "clientKeyData")),
            Impersonate = given.Impersonate,
            ImpersonateGroups = given.ImpersonateGroups,
        };
    }

    private static string Output(string name, ExternalExecution exec, ClusterEndpoint? server)
    {
        var isInteractive = IsInteractive(name, exec);
        var hint = string.IsNullOrWhiteSpace(exec.InstallHint) ? "" : $"; {exec.InstallHint.Trim()}";
        var program =
            ProgramPath.Find(exec.Command, Environment.GetEnvironmentVariable("PATH"))
            ?? throw new FormatException($"{name} isn't in any directory of $PATH{hint}");
        var start = new ProcessStartInfo(program, exec.Arguments ?? [])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            // What is piped to a command is for the command.
            RedirectStandardInput = !isInteractive,
        };
        foreach (var variable in exec.EnvironmentVariables ?? [])
        {
            start.Environment[variable["name"]] = variable["value"];
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Asked(exec, server, isInteractive).ToJsonString();
        try
        {
            using var process = Process.Start(start)!;
            if (!isInteractive)
            {
                process.StandardInput.Close();
            }

            var output = new LoginOutput(process);
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new FormatException($"{name} didn't end within {Patience.TotalMinutes:0} minutes");
            }

            return output.Text() is not { } text ? throw new FormatException($"{name} prints more than credentials")
                : process.ExitCode == 0 ? text
                : throw new FormatException($"{name} ended with code {process.ExitCode}");
        }
        catch (Win32Exception e)
        {
            throw new FormatException(
                $"{name} can't be started: {new Win32Exception(e.NativeErrorCode).Message}{hint}",
                e
            );
        }
    }

    /// <summary>Returns whether the program may ask its user.</summary>
    /// <exception cref="FormatException">It has to, and can't.</exception>
    private static bool IsInteractive(string name, ExternalExecution exec)
    {
        var mode = (exec as LoginExecution)?.InteractiveMode;
        return mode == "Always" && Console.IsInputRedirected
            ? throw new FormatException($"{name} asks its user (interactiveMode: Always): run this on a terminal")
            : mode != "Never" && !Console.IsInputRedirected;
    }

    private static JsonObject Asked(ExternalExecution exec, ClusterEndpoint? server, bool isInteractive)
    {
        var spec = new JsonObject { ["interactive"] = isInteractive };
        if (exec.ProvideClusterInfo && server is not null)
        {
            spec["cluster"] = new JsonObject
            {
                ["server"] = server.Server,
                ["certificate-authority-data"] = server.CertificateAuthorityData,
                ["tls-server-name"] = server.TlsServerName,
                ["insecure-skip-tls-verify"] = server.SkipTlsVerify,
            };
        }

        return new JsonObject
        {
            ["apiVersion"] = exec.ApiVersion,
            ["kind"] = "ExecCredential",
            ["spec"] = spec,
        };
    }

    private static JsonElement StatusOf(string name, string output)
    {
        try
        {
            var answer = JsonDocument.Parse(output).RootElement;
            if (
                answer.ValueKind == JsonValueKind.Object
                && Text(answer, "kind") == "ExecCredential"
                && Text(answer, "apiVersion") is { } version
                && version.StartsWith(Group, StringComparison.Ordinal)
                && answer.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.Object
                && HasCredentials(status)
            )
            {
                return status;
            }
        }
        catch (JsonException)
        {
            // Told below: what a program printed may be a secret.
        }

        throw new FormatException($"{name} printed no ExecCredential with a token, or with a certificate and its key");
    }

    /// <summary>Tells whether there is a token that a header can have, or a certificate with its key.</summary>
    private static bool HasCredentials(JsonElement status)
    {
        var (token, certificate) = (Text(status, "token"), Text(status, "clientCertificateData"));
        return (token is { Length: > 0 } || certificate is { Length: > 0 })
            && token?.Any(char.IsControl) != true
            && certificate is { Length: > 0 } == Text(status, "clientKeyData") is { Length: > 0 };
    }

    private static string? Text(JsonElement json, string field) =>
        json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Encoded(string? pem) =>
        pem is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));
}
