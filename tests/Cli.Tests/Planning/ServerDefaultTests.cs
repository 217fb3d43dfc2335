using GemmaOperator.Api.Builds;
using GemmaOperator.Hosting;

namespace Cli.Tests.Planning;

/// <summary>What a spec named is no default of the operator's.</summary>
public sealed class ServerDefaultTests
{
    [Test]
    public void Only_builds_whose_spec_named_no_server_tell_the_default()
    {
        var (named, unnamed) = (Build(2, "team/server:9", isNamed: true), Build(1, "corp/server:1", isNamed: false));
        Assert.Multiple(() =>
        {
            Assert.That(UpgradeReader.ServerOf([named]), Is.Empty);
            Assert.That(UpgradeReader.ServerOf([unnamed, named]), Is.EqualTo("corp/server:1"));
            Assert.That(
                UpgradeReader.ServerOf([unnamed, Build(3, "corp/server:3", isNamed: false)]),
                Is.EqualTo("corp/server:3")
            );
        });
    }

    private static GemmaBuild Build(long number, string server, bool isNamed) =>
        new()
        {
            Spec = new GemmaBuildSpec
            {
                Number = number,
                ImageRef = new ImageOwnerReference { Name = "gemma", Uid = "u" },
                Resolved = new ResolvedInputs
                {
                    Fields = isNamed
                        ? new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["spec.rollout.server.image"] = server,
                        }
                        : [],
                },
                Template = new BuildTemplate { Application = new ApplicationTemplate { ServerImage = server } },
            },
        };
}
