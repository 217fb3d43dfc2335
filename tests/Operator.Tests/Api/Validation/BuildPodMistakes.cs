using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using static Operator.Tests.Api.Validation.Specs;
using Change = System.Func<
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
    GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
>;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in what the pods of a build get from their surroundings.</summary>
internal static class BuildPodMistakes
{
    private static readonly string[] OwnVariables =
    [
        "PATH",
        "KANIKO_DIR",
        "FF_KANIKO_ROLLING_CACHE_KEY",
        "DOCKER_CONFIG",
        "PIP_INDEX_URL",
        "PYTHONPATH",
        "SSL_CERT_FILE",
        "LD_PRELOAD",
        "HOME",
        "CACHE_EPOCH",
        "DOTNET_STARTUP_HOOKS",
    ];

    private static readonly string[] TakenKeys =
    [
        "gemmaoperator.io/image",
        "x.gemmaoperator.io/y",
        "job-name",
        "batch.kubernetes.io/controller-uid",
        "app.kubernetes.io/name",
        "app.kubernetes.io/managed-by",
    ];

    public static IEnumerable<TestCaseData> All() => [.. Variables(), .. Metadata(), .. Secrets()];

    private static IEnumerable<TestCaseData> Variables()
    {
        foreach (var name in OwnVariables)
        {
            yield return Mistake($"the operator's own {name}", Variable(name, "x"), "spec.build.env[0].name");
        }

        yield return Mistake("variable with a space", Variable("a b", "x"), "spec.build.env[0].name");
        yield return Mistake("proxy without scheme", Variable("HTTPS_PROXY", "proxy:3128"), "spec.build.env[0].value");
        yield return Mistake(
            "proxy with a password",
            Variable("https_proxy", "http://me:secret@proxy:3128"),
            "spec.build.env[0].value"
        );
        yield return Mistake("variable on two lines", Variable("A", "a\nb"), "spec.build.env[0].value");
        yield return Mistake(
            "variable given twice",
            BuildWith(b =>
                b with
                {
                    Env = [new EnvironmentVariable { Name = "A" }, new EnvironmentVariable { Name = "A" }],
                }
            ),
            "spec.build.env[1].name"
        );
    }

    private static IEnumerable<TestCaseData> Metadata()
    {
        foreach (var key in TakenKeys.Append("a b"))
        {
            yield return Mistake($"label {key}", Label(key, "x"), $"spec.build.podLabels[\"{key}\"]");
            yield return Mistake($"annotation {key}", Annotation(key, "x"), $"spec.build.podAnnotations[\"{key}\"]");
        }

        yield return Mistake("label with a colon", Label("team", "a:b"), "spec.build.podLabels[\"team\"]");
        yield return Mistake(
            "annotation on two lines",
            Annotation("team", "a\nb"),
            "spec.build.podAnnotations[\"team\"]"
        );
        yield return Mistake(
            "annotation that takes confinement away",
            Annotation("container.apparmor.security.beta.kubernetes.io/kaniko", "unconfined"),
            "spec.build.podAnnotations[\"container.apparmor.security.beta.kubernetes.io/kaniko\"]"
        );
    }

    private static IEnumerable<TestCaseData> Secrets()
    {
        yield return Mistake(
            "authorities without a name",
            BuildWith(b => b with { CaBundleRef = new BundleReference() }),
            "spec.build.caBundleRef.name"
        );
        yield return Mistake(
            "authorities under no key",
            BuildWith(b =>
                b with
                {
                    CaBundleRef = new BundleReference { Name = "a", Key = "a/b" },
                }
            ),
            "spec.build.caBundleRef.key"
        );
        foreach (
            var (mistake, reference, field) in new[]
            {
                ("without a name", new NetrcReference(), "name"),
                ("under no key", new NetrcReference { Name = "a", Key = "a/b" }, "key"),
            }
        )
        {
            yield return Mistake(
                $"credentials of indexes {mistake}",
                s => s with { Requirements = new RequirementsSpec { IndexCredentialsRef = reference } },
                $"spec.requirements.indexCredentialsRef.{field}"
            );
        }

        yield return Mistake(
            "Secret without a name",
            BuildWith(b => b with { ImagePullSecrets = [new LocalReference()] }),
            "spec.build.imagePullSecrets[0].name"
        );
        yield return Mistake(
            "Secret given twice",
            BuildWith(b =>
                b with
                {
                    ImagePullSecrets = [new LocalReference { Name = "a" }, new LocalReference { Name = "a" }],
                }
            ),
            "spec.build.imagePullSecrets[1].name"
        );
    }

    private static Change Variable(string name, string value) =>
        BuildWith(b => b with { Env = [new EnvironmentVariable { Name = name, Value = value }] });

    private static Change Label(string key, string value) =>
        BuildWith(b => b with { PodLabels = new Dictionary<string, string> { [key] = value } });

    private static Change Annotation(string key, string value) =>
        BuildWith(b => b with { PodAnnotations = new Dictionary<string, string> { [key] = value } });
}
