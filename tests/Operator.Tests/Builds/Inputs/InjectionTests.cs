using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Pip;
using k8s.Models;

namespace Operator.Tests.Builds.Inputs;

/// <summary>Nothing that a spec can say becomes a Dockerfile line, a flag or a shell word of its own.</summary>
internal sealed class InjectionTests
{
    private static readonly string[] Skeleton =
    [
        "ARG",
        "FROM",
        "USER",
        "ARG",
        "RUN",
        "RUN",
        "FROM",
        "ENV",
        "COPY",
        "ARG",
        "RUN",
        "FROM",
        "USER",
        "RUN",
    ];

    [Test]
    public void Environment_and_labels_come_back_as_they_were_meant() =>
        Gen.Select(HostileText.Text, HostileText.Text)
            .Sample(
                (value, label) =>
                {
                    var spec = BuildExamples.Spec with
                    {
                        Env = [new EnvironmentVariable { Name = "NAME", Value = value }],
                        ImageLabels = new Dictionary<string, string> { ["com.example.team"] = label },
                    };
                    if (!ParsedSpec.Parse(spec, null, null).TryGet(out var inputs))
                    {
                        return;
                    }

                    var read = TinyDockerfile.Instructions(DockerfileRenderer.Render(inputs));
                    Assert.That(read.Select(i => i.Name), Is.EqualTo([.. Skeleton, "ENV", "LABEL", "USER"]));
                    Assert.That(
                        TinyDockerfile.Pairs(read.Last(i => i.Name == "ENV").Arguments),
                        Is.EqualTo([("NAME", value)])
                    );
                    Assert.That(
                        TinyDockerfile.Pairs(read.Single(i => i.Name == "LABEL").Arguments)[0],
                        Is.EqualTo(("com.example.team", label))
                    );
                },
                iter: 20_000
            );

    [Test]
    public void Every_printable_value_is_accepted() =>
        Gen.String[Gen.Char[' ', '~'], 0, 40]
            .Sample(value =>
                Assert.That(
                    BuildEnvironment
                        .Parse([new EnvironmentVariable { Name = "NAME", Value = value }], "spec.env")
                        .Problems,
                    Is.Empty
                )
            );

    [Test]
    public void Package_names_stay_single_words_behind_the_options() =>
        HostileText
            .Package.List[1, 4]
            .Sample(
                packages =>
                {
                    if (
                        !ParsedSpec
                            .Parse(BuildExamples.Spec with { SystemPackages = packages }, null, null)
                            .TryGet(out var inputs)
                    )
                    {
                        return;
                    }

                    var read = TinyDockerfile.Instructions(DockerfileRenderer.Render(inputs));
                    Assert.That(read.Select(i => i.Name).Take(Skeleton.Length), Is.EqualTo(Skeleton));
                    var commands = TinyDockerfile.Commands(read.First(i => i.Name == "RUN").Arguments);
                    Assert.That(commands, Has.Count.EqualTo(10));
                    var install = commands[6];
                    Assert.That(install.Take(2), Is.EqualTo(["apt-get", "install"]));
                    Assert.That(install[(install.IndexOf("--") + 1)..], Is.EquivalentTo(packages.Distinct()));
                    Assert.That(packages, Has.All.Not.StartsWith("-").And.All.Not.EndsWith("-"));
                },
                iter: 20_000
            );

    [Test]
    public void Accepted_requirements_hold_no_option_and_no_address() =>
        HostileText
            .Requirement.List[1, 4]
            .Sample(
                lines =>
                {
                    if (
                        !RequirementsFile
                            .Parse(string.Join('\n', lines), "f", requireHashes: false)
                            .TryGet(out var file)
                    )
                    {
                        return;
                    }

                    foreach (var line in file.Render().Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        Assert.That(line, Does.Match("\\A[A-Za-z0-9]"));
                        Assert.That(
                            line,
                            Does.Not.Match(@"(?<!hash=sha\d{3}):|@|\\|\$|`|://|[\x00-\x1f\x7f]| -(?!-hash=)| #")
                        );
                    }
                },
                iter: 50_000
            );

    [Test]
    public void Reading_the_rendered_requirements_gives_the_same_requirements() =>
        HostileText
            .Requirement.List[1, 4]
            .Sample(
                lines =>
                {
                    if (
                        !RequirementsFile
                            .Parse(string.Join('\n', lines), "f", requireHashes: false)
                            .TryGet(out var file)
                    )
                    {
                        return;
                    }

                    var again = RequirementsFile.Parse(file.Render(), "f", requireHashes: false).Value;
                    Assert.That(again.Render(), Is.EqualTo(file.Render()));
                },
                iter: 20_000
            );

    [Test]
    public void Indexes_stay_single_words() =>
        Gen.Select(Gen.OneOf("https://", "http://", "-", ""), HostileText.Text)
            .Sample(
                (scheme, rest) =>
                {
                    var spec = BuildExamples.Spec with
                    {
                        Requirements = new RequirementsSpec
                        {
                            Inline = "numpy",
                            IndexURL = scheme + rest,
                            ExtraIndexURLs = ["https://a.example/" + rest],
                        },
                    };
                    if (!ParsedSpec.Parse(spec, null, null).TryGet(out var inputs) || inputs.Index is null)
                    {
                        return;
                    }

                    var run = TinyDockerfile
                        .Instructions(DockerfileRenderer.Render(inputs))
                        .Where(i => i.Name == "RUN")
                        .ElementAt(2);
                    var install = TinyDockerfile.Commands(run.Arguments)[^1];
                    Assert.That(install[install.IndexOf("--index-url") + 1], Is.EqualTo(scheme + rest));
                    Assert.That(
                        install[install.IndexOf("--extra-index-url") + 1],
                        Is.EqualTo("https://a.example/" + rest)
                    );
                    Assert.That(install, Has.Count.EqualTo(13));
                },
                iter: 20_000
            );

    [Test]
    public void A_users_name_stays_one_word() =>
        Gen.Select(HostileText.Text, Gen.Long[-5, 70_000], Gen.Long[-5, 70_000])
            .Sample(
                (name, uid, gid) =>
                {
                    if (
                        !ParsedSpec
                            .Parse(
                                BuildExamples.Spec with
                                {
                                    User = new UserSpec
                                    {
                                        Name = name,
                                        Uid = uid,
                                        Gid = gid,
                                    },
                                },
                                null,
                                null
                            )
                            .TryGet(out var inputs)
                    )
                    {
                        return;
                    }

                    var read = TinyDockerfile.Instructions(DockerfileRenderer.Render(inputs));
                    Assert.That(
                        TinyDockerfile.Commands(read.Last(i => i.Name == "RUN").Arguments)[4],
                        Is.EqualTo([$"user={name}"])
                    );
                    Assert.That(read[^1], Is.EqualTo(("USER", $"{uid}:{gid}")));
                    Assert.That(uid, Is.Positive);
                },
                iter: 20_000
            );

    [Test]
    public void A_teams_Dockerfile_can_not_swallow_what_the_operator_appends() =>
        HostileText
            .Text.List[0, 4]
            .Sample(
                lines =>
                {
                    var text = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n" + string.Concat(lines);
                    if (!ParsedSpec.Parse(BuildExamples.Spec, null, text).TryGet(out var inputs))
                    {
                        return;
                    }

                    var read = TinyDockerfile.Instructions(DockerfileRenderer.Render(inputs));
                    Assert.That(read[^1], Is.EqualTo(("USER", "10001:10001")));
                    Assert.That(read.Count(i => i is { Name: "USER", Arguments: "0:0" }), Is.GreaterThanOrEqualTo(1));
                },
                iter: 20_000
            );
}
