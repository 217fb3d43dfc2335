using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Text;
using k8s;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Fingerprints what a spec asks of the served pods, apart from what the operator makes of it: a template that differs
/// though this doesn't was rendered by another release. It stands in statuses, so that it must stay as it is.
/// </summary>
internal static class AskedSettings
{
    /// <summary>Holds what isn't part of the pods, or is told apart otherwise.</summary>
    private static readonly string[] Others = ["image", "repository", "replicas"];

    /// <param name="spec">What is asked for.</param>
    /// <param name="mount">How the weights come into the pods.</param>
    public static string Of(GemmaBaseImageSpec spec, ModelMount mount)
    {
        var server = JsonOf(spec.Rollout.Server);
        foreach (var field in Others)
        {
            server.Remove(field);
        }

        return new Fingerprint()
            .With("server", Less(server, JsonOf(new ServerSpec())).ToJsonString())
            .With("user", $"{spec.User.Uid}:{spec.User.Gid}")
            .With(
                "pullSecret",
                spec.Output.Credentials is { Type.Value: CredentialsType.Secret, SecretRef.Name: var secret }
                    ? secret
                    : null
            )
            .With("delivery", mount.Delivery?.ToString())
            .With("weights", mount.Identity)
            .With("claim", (mount as ModelMount.InClaim)?.Claim)
            .ToString();
    }

    private static JsonObject JsonOf(ServerSpec server) => JsonNode.Parse(KubernetesJson.Serialize(server))!.AsObject();

    /// <summary>
    /// Leaves out what is as it is unless set, by name in order: a field that a later release adds changes nothing.
    /// </summary>
    private static JsonObject Less(JsonObject asked, JsonObject unset)
    {
        var less = new JsonObject();
        foreach (var (name, value) in asked.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var rest = (value, unset[name]) switch
            {
                (null, _) => null,
                (JsonObject here, JsonObject there) => Less(here, there),
                (JsonObject here, null) => Less(here, []),
                var (here, there) => JsonNode.DeepEquals(here, there) ? null : here.DeepClone(),
            };
            if (rest is not (null or JsonObject { Count: 0 }))
            {
                less[name] = rest;
            }
        }

        return less;
    }
}
