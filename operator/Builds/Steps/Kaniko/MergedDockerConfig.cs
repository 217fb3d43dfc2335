using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Access;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Makes one docker config of two.</summary>
internal static class MergedDockerConfig
{
    /// <summary>
    /// Merges the <c>auths</c> of both, those for pushing winning where both name a registry. Only <c>auths</c> is
    /// taken:
    /// helpers and stores name programs that the executor's image doesn't have.
    /// </summary>
    /// <param name="pull">Content of the pull Secret's <c>.dockerconfigjson</c>.</param>
    /// <param name="push">Content of the push Secret's <c>.dockerconfigjson</c>.</param>
    public static Parsed<byte[]> Of(byte[] pull, byte[] push)
    {
        var problems = new List<FieldError>();
        var merged = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        Add(pull, "spec.base.pullSecretRef");
        Add(push, "spec.output.credentials.secretRef");
        if (problems.Count > 0)
        {
            return Parsed<byte[]>.Wrong(problems);
        }

        var auths = new JsonObject(merged.Select(auth => KeyValuePair.Create(auth.Key, (JsonNode?)auth.Value)));
        return Parsed<byte[]>.Of(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["auths"] = auths }));

        void Add(byte[] json, string field)
        {
            try
            {
                if (JsonNode.Parse(json)?["auths"] is not JsonObject auths)
                {
                    throw new JsonException("no auths");
                }

                foreach (var (registry, auth) in auths)
                {
                    if (auth is JsonObject)
                    {
                        merged[registry] = auth.DeepClone();
                    }
                }
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or ArgumentException)
            {
                problems.Add(
                    Problem.At(
                        field,
                        $"{DockerConfigSecret.Key} of the Secret isn't a docker config",
                        "make it with kubectl create secret docker-registry"
                    )
                );
            }
        }
    }
}
