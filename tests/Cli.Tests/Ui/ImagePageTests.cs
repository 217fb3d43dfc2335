using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Pages;
using k8s.Models;

namespace Cli.Tests.Ui;

/// <summary>One image's page tells why each build ran, what it changed, what became of it, and what to do.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class ImagePageTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&\u001b[2J\u202e\u2028 javascript:alert(1)";

    private static string Page { get; } = Render(Pages.RolledBack);

    [TestCase("because of SpecChange")]
    [TestCase("because of RequirementsChange")]
    [TestCase("<span class=\"state good\">serves now</span>")]
    [TestCase("<span class=\"state plain\">served before</span>")]
    [TestCase("<span class=\"state bad\">rolled back</span>")]
    [TestCase("<span class=\"state warning\">held back: ImageRejected</span>")]
    [TestCase("<code>spec.rollout.server.image</code>")]
    [TestCase("All builds ever: ")]
    [TestCase("role=\"img\" aria-labelledby=\"minutes-text\"")]
    [TestCase("role=\"img\" aria-labelledby=\"cost-text\"")]
    [TestCase("(3 times)")]
    public void It_tells(string text)
    {
        Assert.That(Page, Does.Contain(text));
    }

    [Test]
    public void A_condition_that_asks_something_has_the_guides_advice()
    {
        Assert.That(Page, Does.Contain(Words.WithCode(Advice.OfCondition("Stalled", "RolledBack")!).ToString()));
        Assert.That(Page, Does.Match("Stalled: True.*What to do:"));
    }

    [Test]
    public void Every_number_of_a_drawing_is_in_a_table_too()
    {
        var drawn = Bar().Matches(Page).Select(m => m.Groups["name"].Value).ToList();
        Assert.That(drawn, Is.Not.Empty);
        Assert.That(
            drawn,
            Is.All.Matches<string>(build =>
                Page.Contains($"<th scope=\"row\">{build}</th><td>", StringComparison.Ordinal)
            )
        );
    }

    [Test]
    public void Packages_that_moved_are_listed()
    {
        var build = Pages.RolledBack.Builds.Items[0];
        var page = Render(
            Pages.RolledBack with
            {
                Builds = new Part<GemmaBuild>([
                    build with
                    {
                        Status = build.Status! with
                        {
                            Contents = new ContentsStatus
                            {
                                Packages = 9,
                                Summary = "+1 ~1 -1",
                                ComparedWith = "b1",
                                Changes =
                                [
                                    new PackageChange { Name = "came", New = "1" },
                                    new PackageChange
                                    {
                                        Name = "moved",
                                        Old = "1",
                                        New = "2",
                                    },
                                    new PackageChange { Name = "went", Old = "1" },
                                ],
                            },
                        },
                    },
                ]),
            }
        );
        Assert.That(page, Does.Contain("&#x2B;1 ~1 -1 of 9 packages, against b1"));
        Assert.That(page, Does.Contain("</span> came 1").And.Contain("moved 1 → 2").And.Contain("</span> went 1"));
    }

    [Test]
    public void Credentials_among_changed_variables_are_left_out()
    {
        var build = Pages.RolledBack.Builds.Items[0];
        var changed = build.Spec! with
        {
            Changes =
            [
                new FieldChange
                {
                    Field = "spec.env",
                    Old = "LEVEL=1 HF_TOKEN=hf_before",
                    New = "LEVEL=2 HF_TOKEN=hf_after",
                },
            ],
        };
        var page = Render(Pages.RolledBack with { Builds = new Part<GemmaBuild>([build with { Spec = changed }]) });
        Assert.That(page, Does.Contain("LEVEL=1 HF_TOKEN=*** → LEVEL=2 HF_TOKEN=***"));
        Assert.That(page, Does.Not.Contain("hf_before").And.Not.Contain("hf_after"));
    }

    [Test]
    public void What_may_not_be_read_is_named_and_the_rest_is_shown()
    {
        var page = Render(Pages.RolledBack with { Pods = new Part<V1Pod>([], "Not allowed to list pods") });
        Assert.That(page, Does.Contain("""<p class="problem">Not allowed to list pods</p>"""));
        Assert.That(page, Does.Contain("because of SpecChange"));
    }

    [Test]
    public void Nothing_that_an_object_says_becomes_markup_or_hides_itself()
    {
        var facts = Pages.RolledBack;
        var image = facts.Image;
        var build = facts.Builds.Items[0];
        var hostile = facts with
        {
            Image = image with
            {
                Metadata = new V1ObjectMeta { Name = Hostile, NamespaceProperty = Hostile },
                Spec = image.Spec! with
                {
                    Schedule = Hostile,
                    TimeZone = Hostile,
                    Cost = new CostSpec { Currency = Hostile },
                },
                Status = new GemmaBaseImageStatus
                {
                    Image = Hostile,
                    NextScheduleTime = facts.Now.AddDays(1),
                    Conditions =
                    [
                        new V1Condition
                        {
                            Type = Hostile,
                            Status = Hostile,
                            Reason = Hostile,
                            Message = Hostile,
                        },
                        new V1Condition
                        {
                            Type = ConditionType.Stalled,
                            Status = "True",
                            Reason = Hostile,
                        },
                    ],
                    ServingImage = new ImageStatus { Reference = Hostile, Build = Hostile },
                    Held = new HeldStatus { Reason = Hostile, Build = build.BuildName },
                    RejectedDigests = [Hostile],
                    RecentBuilds = [new RecentBuild { Name = Hostile, Result = Hostile }],
                    Rollout = new RolloutStatus { LastFailure = Hostile },
                    Cost = new CostStatus { BuildCostTotal = Hostile, SavedPerWeek = Hostile },
                },
            },
            Builds = new Part<GemmaBuild>([
                build with
                {
                    Metadata = new V1ObjectMeta { Name = Hostile },
                    Spec = build.Spec! with
                    {
                        Changes =
                        [
                            new FieldChange
                            {
                                Field = Hostile,
                                Old = Hostile,
                                New = Hostile,
                            },
                        ],
                    },
                    Status = build.Status! with
                    {
                        Failure = new BuildFailure { Reason = Hostile, Message = Hostile },
                        Promoted = new ImageStatus { Reference = Hostile },
                        Steps =
                        [
                            new BuildStepStatus
                            {
                                Name = Hostile,
                                Result = Hostile,
                                StartTime = facts.Now,
                            },
                        ],
                        Contents = new ContentsStatus
                        {
                            Summary = Hostile,
                            ComparedWith = Hostile,
                            Changes =
                            [
                                new PackageChange
                                {
                                    Name = Hostile,
                                    Old = Hostile,
                                    New = Hostile,
                                },
                            ],
                        },
                    },
                },
            ]),
            Pods = new Part<V1Pod>([
                new V1Pod
                {
                    Metadata = new V1ObjectMeta { Name = Hostile },
                    Spec = new V1PodSpec { NodeName = Hostile },
                    Status = new V1PodStatus { Phase = Hostile },
                },
            ]),
            Events = new Part<Corev1Event>([
                new Corev1Event
                {
                    Metadata = new V1ObjectMeta(),
                    Type = Hostile,
                    Reason = Hostile,
                    Message = Hostile,
                },
            ]),
        };
        var fleet = FleetView.Content(
            FleetSlice.Of([FleetRow.Of(hostile.Image)], new FleetQuery { Text = Hostile[..20] }),
            "/",
            facts.Now
        );
        foreach (var page in (string[])[Render(hostile), fleet.ToString()])
        {
            Assert.That(page, Does.Not.Contain("<script>alert").And.Not.Contain("'&\""));
            Assert.That(page.ReplaceLineEndings(""), Does.Not.Match(@"[\p{Cc}\u202e\u2028]"));
            Assert.That(Attribute().Matches(page).Select(m => m.Value), Is.All.Not.Contains("\"javascript:"));
        }

        Assert.That(Render(hostile), Does.Contain(@"&lt;script&gt;alert(1)&lt;/script&gt;").And.Contain(@"\u202E"));
    }

    [Test]
    public void Every_row_of_the_guide_is_some_advice()
    {
        var guide = GemmaOperator.Check.ShippedFile.Read("troubleshooting.md");
        var read = Advice.Parse(guide);
        foreach (var row in guide.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)))
        {
            var reason = row.Split('|')[1].Split('`')[^2];
            Assert.That(
                read.Failures.ContainsKey(reason) || read.Conditions.Keys.Any(k => k.Reason == reason),
                row[..60]
            );
        }

        Assert.That(read.Conditions.Values.Concat(read.Failures.Values), Is.All.Not.Empty);
        Assert.That(Advice.OfFailure("OutOfMemory"), Is.EqualTo("Raise spec.build.resources.limits.memory."));
        Assert.That(Advice.OfCondition("Reconciling", "Building"), Does.Contain("""'{"spec":{"cancel":true}}'"""));
    }

    private static string Render(ImageFacts facts) => ImageView.Content(facts).ToString();

    [GeneratedRegex("<g><title>(?<name>[^:]+): ", RegexOptions.None, 1000)]
    private static partial Regex Bar();

    [GeneratedRegex("(?:href|src|data-live)=\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Attribute();
}
