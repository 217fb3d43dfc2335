using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in where the weights come from.</summary>
internal static class ModelMistakes
{
    private static readonly ModelHubSpec Gemma = new() { Repository = "google/gemma-3-1b-it" };

    public static IEnumerable<TestCaseData> All()
    {
        yield return Mistake(
            "relative path",
            Model(new ModelSpec { Path = "models" }),
            "spec.rollout.server.model.path"
        );
        yield return Mistake(
            "path upwards",
            Model(new ModelSpec { Path = "/models/../etc" }),
            "spec.rollout.server.model.path"
        );
        yield return Mistake("taken path", Model(new ModelSpec { Path = "/tmp" }), "spec.rollout.server.model.path");
        yield return Mistake(
            "two sources",
            Model(new ModelSpec { ExistingClaim = "weights", Hub = Gemma }),
            "spec.rollout.server.model"
        );
        yield return Mistake(
            "directory of no claim",
            Model(new ModelSpec { SubPath = "gemma" }),
            "spec.rollout.server.model.subPath"
        );
        yield return Mistake(
            "directory upwards",
            Model(new ModelSpec { ExistingClaim = "weights", SubPath = "a/../../b" }),
            "spec.rollout.server.model.subPath"
        );
        yield return Mistake(
            "weights without a reference",
            Model(new ModelSpec { Image = new ModelImageSpec() }),
            "spec.rollout.server.model.image.reference"
        );
        yield return Hub("repository of three parts", h => h with { Repository = "a/b/c" }, "repository");
        yield return Hub("revision upwards", h => h with { Revision = "a..b" }, "revision");
        yield return Hub("plain endpoint", h => h with { Endpoint = "http://hub.example.com" }, "endpoint");
        yield return Hub("metadata service", h => h with { Endpoint = "https://169.254.169.254" }, "endpoint");
        yield return Hub(
            "metadata service in disguise",
            h => h with { Endpoint = "https://[::ffff:169.254.169.254]" },
            "endpoint"
        );
        yield return Hub(
            "link-local, though insecure",
            h => h with { Endpoint = "http://[fe80::1]", Insecure = true },
            "endpoint"
        );
        yield return Hub(
            "credentials in the endpoint",
            h => h with { Endpoint = "https://a:b@hub.example" },
            "endpoint"
        );
        yield return Hub(
            "token without a Secret",
            h => h with { TokenSecretRef = new SecretKeyReference() },
            "tokenSecretRef.name"
        );
        yield return Hub("glob upwards", h => h with { Include = ["*.json", "../../etc/*"] }, "include[1]");
        yield return Hub("absolute glob", h => h with { Include = ["/etc/passwd"] }, "include[0]");
        yield return Hub("no size", h => h with { Storage = new ModelStorageSpec { Size = "big" } }, "storage.size");
        yield return Hub(
            "unknown access mode",
            h =>
                h with
                {
                    Storage = new ModelStorageSpec
                    {
                        Size = "20Gi",
                        AccessModes = [WireEnum<VolumeAccessMode>.Read("ReadWriteSometimes")],
                    },
                },
            "storage.accessModes[0]"
        );
        yield return Mistake(
            "several replicas on one node's volume",
            Server(s =>
                s with
                {
                    Replicas = 2,
                    Model = new ModelSpec { Hub = Gemma with { Storage = new ModelStorageSpec { Size = "20Gi" } } },
                }
            ),
            "spec.rollout.server.model.hub.storage.accessModes"
        );
    }

    private static TestCaseData Hub(string name, Func<ModelHubSpec, ModelHubSpec> change, string field) =>
        Mistake(name, Model(new ModelSpec { Hub = change(Gemma) }), $"spec.rollout.server.model.hub.{field}");

    private static Change Model(ModelSpec model) => Server(s => s with { Model = model });
}
