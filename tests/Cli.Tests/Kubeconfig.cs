namespace Cli.Tests;

/// <summary>Writes kubeconfigs.</summary>
internal static class Kubeconfig
{
    public static string For(string server, string token = "t") =>
        $$$"""
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test}}]
            clusters: [{name: test, cluster: {server: "{{{server}}}"}}]
            users: [{name: test, user: {token: "{{{token}}}"}}]
            """;
}
