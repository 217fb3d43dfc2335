using CsCheck;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;

namespace Operator.Tests.Builds.Inputs;

/// <summary>Nothing that a spec can say becomes a flag of the executor of its own.</summary>
internal sealed class KanikoInjectionTests
{
    [Test]
    public void Kaniko_gets_only_flags_of_the_list_and_Kubernetes_expands_none_of_them() =>
        Gen.Select(
                Gen.OneOf(
                    "--build-arg=A=",
                    "--annotation=a=",
                    "--destination=",
                    "--ignore-path=/",
                    "--registry-mirror=",
                    "--",
                    "",
                    "--no-push",
                    "--build-arg=BASE_IMAGE="
                ),
                HostileText.Text
            )
            .Sample(
                (flag, rest) =>
                {
                    var spec = BuildExamples.Spec with { Build = new BuildSpec { ExtraArgs = [flag + rest] } };
                    if (!KanikoArgs.Parse(spec.Build.ExtraArgs, "f").TryGet(out _))
                    {
                        return;
                    }

                    var args = KanikoJob
                        .For(BuildExamples.Build(spec), 1, new BuildOptions())
                        .Spec.Template.Spec.InitContainers[1]
                        .Args;
                    Assert.That(args, Has.All.Match("\\A--[a-z-]+=[^\\x00-\\x1f]*\\z"));
                    Assert.That(
                        args.Count(a => a.StartsWith("--destination=", StringComparison.Ordinal)),
                        Is.EqualTo(1)
                    );
                    Assert.That(
                        args.Count(a => a.StartsWith("--build-arg=BASE_IMAGE=", StringComparison.Ordinal)),
                        Is.EqualTo(1)
                    );
                    // In Kubernetes $$ is a dollar and $(NAME) a variable: after taking the
                    // pairs away no dollar is left.
                    Assert.That(
                        args.Select(a => a.Replace("$$", "", StringComparison.Ordinal)),
                        Has.All.Not.Contains('$')
                    );
                    Assert.That(
                        args.Select(a => a.Replace("$$", "$", StringComparison.Ordinal)),
                        Has.Some.EqualTo(Canonical(flag + rest))
                    );
                },
                iter: 20_000
            );

    private static string Canonical(string flag) =>
        flag.Contains('=', StringComparison.Ordinal) ? flag : flag + "=true";
}
