using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Requirements;
using k8s.Models;
using Operator.Tests.Builds.Inputs.Locks;

namespace Operator.Tests.Flow.Inputs;

/// <summary>A lock in a ConfigMap, from an object to what serves.</summary>
public sealed class LockInputTests
{
    [Test]
    public async Task A_lock_is_built_and_only_what_it_means_makes_another_build()
    {
        await using var stage = await Stage.StartAsync();
        await WriteAsync(stage, ALock.Universal);
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Requirements = new RequirementsSpec
                    {
                        ConfigMapRef = new KeyReference { Name = "locked" },
                        Format = RequirementsFormat.Pylock,
                    },
                    Triggers = s.Triggers with { MinInterval = "0s" },
                }
            )
        );
        await stage.UntilReadyAsync();
        var first = (await stage.ListAsync<GemmaBuild>()).Single().Spec!.Resolved;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Requirements, Does.StartWith("colorama==0.4.6 ; sys_platform == 'win32' --hash=sha512:"));
            Assert.That(first.Dockerfile, Does.Contain("--require-hashes --no-deps --only-binary :all:"));
            Assert.That(first.Fields["spec.requirements.format"], Is.EqualTo("Pylock"));
        }

        await WriteAsync(stage, "# made again\n" + ALock.Universal);
        await WriteAsync(stage, ALock.Universal.Replace("4.15.0", "4.15.1", StringComparison.Ordinal));
        await stage.UntilAsync(
            i => i.Status!.LatestImage?.Build == "gemma-b2",
            "the real change is built, and it is the second build"
        );
    }

    private static Task WriteAsync(Stage stage, string text) =>
        stage.Api.ApplyAsync(
            new V1ConfigMap
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Metadata = new V1ObjectMeta { Name = "locked", NamespaceProperty = stage.Cluster.Namespace },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["pylock.toml"] = text },
            },
            CancellationToken.None
        );
}
