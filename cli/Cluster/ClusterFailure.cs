using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Output;

namespace KubectlGemma.Cluster;

/// <summary>Says in one line what an API server's answer means to whoever asked.</summary>
internal static class ClusterFailure
{
    public static CliException Of(KubeApiException e) => new(CodeOf(e), TextOf(e), e);

    private static int CodeOf(KubeApiException e) =>
        e switch
        {
            { Reason: "Unreachable" or "Timeout" or "NoCredentials" or "Garbled" } => ExitCode.NoCluster,
            { IsForbidden: true } or { Code: System.Net.HttpStatusCode.Unauthorized } => ExitCode.NotAllowed,
            { IsNotFound: true } => ExitCode.NotFound,
            _ => e.IsTransient ? ExitCode.NoCluster : ExitCode.Refused,
        };

    private static string TextOf(KubeApiException e) =>
        e switch
        {
            { IsForbidden: true, Status.Details: { Kind: "users" or "groups" or "serviceaccounts" } other }
                when other.Kind != e.Request.Resource =>
                $"not allowed to act as somebody else; ask for the verb impersonate on {other.Kind} "
                    + $"{Nearest.Quote(other.Name)}, or leave --as and --as-group out. {e.Status.Message}",
            { IsForbidden: true, Request: { Verb: "list" or "watch", Namespace: null } } =>
                $"not allowed to {e.Request}; ask for the verb {e.Request.Verb} on "
                    + $"{e.Request.Resource} by a ClusterRole, or name a namespace where you have it, by -n. "
                    + e.Status?.Message,
            { IsForbidden: true } =>
                $"not allowed to {e.Request}; ask for the verb {e.Request.Verb} on {e.Request.Resource}. "
                    + e.Status?.Message,
            { IsNotFound: true, Request.Resource: var resource }
                when resource.EndsWith(".gemmaoperator.io", StringComparison.Ordinal) =>
                $"{e.Request}: this API server doesn't serve {resource}; is the operator's API installed there?",
            _ => e.Message,
        };
}
