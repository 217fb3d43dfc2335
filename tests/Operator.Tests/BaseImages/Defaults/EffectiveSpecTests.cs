using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Defaults;
using k8s.Models;
using Operator.Tests.Api;

namespace Operator.Tests.BaseImages.Defaults;

/// <summary>What a spec comes to: its own word, then its namespace's, then the operator's.</summary>
internal sealed class EffectiveSpecTests
{
    private const string Wide = """
        build:
          executorImage: registry.example/wide/executor:1
          retries: 5
          env: [{name: HTTPS_PROXY, value: "http://wide:3128"}, {name: NO_PROXY, value: .svc}]
          podLabels: {team: wide, cost: shared}
          nodeSelector: {pool: wide}
        verification: {scan: {enabled: true, scanner: Grype, image: registry.example/grype:1}}
        requirements: {indexURL: "https://wide.example/simple", indexCredentialsRef: {name: wide}}
        """;

    private const string Own = """
        build:
          retries: 4
          env: [{name: HTTPS_PROXY, value: "http://namespace:3128"}]
          podLabels: {team: namespace}
        """;

    private static readonly DefaultsLayer Operators = Layer(DefaultsOrigin.Operator, Wide);
    private static readonly DefaultsLayer Namespaces = Layer(DefaultsOrigin.Namespace, Own);

    [Test]
    public void A_spec_without_defaults_is_what_it_is()
    {
        var spec = A.BaseImage().Spec!;
        Assert.That(EffectiveSpec.Merge(spec, []).Spec, Is.SameAs(spec));
        Assert.That(Inheritance.Of(spec, DefaultsInForce.None), Is.SameAs(Inheritance.None));
    }

    [Test]
    public void The_first_that_says_a_field_decides()
    {
        var (spec, values) = Merge(s => s with { Build = s.Build with { NodeSelector = Pairs("pool", "own") } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spec.Build.ExecutorImage, Is.EqualTo("registry.example/wide/executor:1"));
            Assert.That(spec.Build.Retries, Is.EqualTo(4), "the namespace before the operator");
            Assert.That(spec.Build.NodeSelector, Is.EqualTo(Pairs("pool", "own")), "maps of places as a whole");
            Assert.That(From(values, "spec.build.executorImage"), Is.EqualTo(DefaultsOrigin.Operator));
            Assert.That(From(values, "spec.build.retries"), Is.EqualTo(DefaultsOrigin.Namespace));
            Assert.That(From(values, "spec.build.nodeSelector"), Is.Null);
        }
    }

    [TestCase("Builtin", true)]
    [TestCase("Custom", true)]
    [TestCase("VLLM", false)]
    public void What_is_a_setting_of_the_built_in_server_is_not_given_to_vLLM(string engine, bool isGiven)
    {
        var layer = Layer(
            DefaultsOrigin.Operator,
            "rollout: {server: {env: [{name: QUANTIZATION, value: int8}, {name: TZ, value: UTC}]}}"
        );
        var (spec, _) = EffectiveSpec.Merge(
            A.BaseImage(s =>
                s with
                {
                    Rollout = s.Rollout with
                    {
                        Server = s.Rollout.Server with { Engine = WireEnum<ServerEngine>.Read(engine) },
                    },
                }
            ).Spec!,
            [layer]
        );
        Assert.That(
            spec.Rollout.Server.Env.Select(e => e.Name),
            Is.EqualTo(isGiven ? ["QUANTIZATION", "TZ"] : new[] { "TZ" })
        );
    }

    [Test]
    public void Variables_and_labels_are_merged_by_their_names_and_the_objects_own_come_last()
    {
        var (spec, values) = Merge(s =>
            s with
            {
                Build = s.Build with
                {
                    Env = [new EnvironmentVariable { Name = "MINE", Value = "1" }],
                    PodLabels = Pairs("team", "own"),
                },
            }
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                spec.Build.Env.Select(e => $"{e.Name}={e.Value}"),
                Is.EqualTo(["NO_PROXY=.svc", "HTTPS_PROXY=http://namespace:3128", "MINE=1"])
            );
            Assert.That(spec.Build.PodLabels, Has.Count.EqualTo(2));
            Assert.That(spec.Build.PodLabels["team"], Is.EqualTo("own"));
            Assert.That(From(values, "spec.build.env[HTTPS_PROXY]"), Is.EqualTo(DefaultsOrigin.Namespace));
            Assert.That(From(values, "spec.build.podLabels[cost]"), Is.EqualTo(DefaultsOrigin.Operator));
            Assert.That(From(values, "spec.build.podLabels[team]"), Is.Null);
        }
    }

    [Test]
    public void What_belongs_together_is_taken_over_together_or_not_at_all()
    {
        var scanner = Merge(s =>
            s with
            {
                Verification = s.Verification with
                {
                    Scan = s.Verification.Scan with { Image = "registry.example/trivy:1" },
                },
            }
        ).Spec.Verification.Scan;
        Assert.That(
            (scanner.Image, scanner.Scanner.Value, scanner.Enabled),
            Is.EqualTo(("registry.example/trivy:1", (ScannerKind?)ScannerKind.Trivy, true))
        );

        var index = Merge(s =>
            s with
            {
                Requirements = new RequirementsSpec { Inline = "numpy", IndexURL = "https://own.example/simple" },
            }
        ).Spec.Requirements!;
        Assert.That(
            (index.IndexURL, index.IndexCredentialsRef),
            Is.EqualTo(("https://own.example/simple", (GemmaOperator.Api.Access.NetrcReference?)null)),
            "credentials go to no other index"
        );
    }

    [Test]
    public void An_object_without_requirements_inherits_no_index()
    {
        Assert.That(Merge(s => s).Spec.Requirements, Is.Null);
        Assert.That(
            Merge(s => s with { Requirements = new RequirementsSpec { Inline = "numpy" } }).Spec.Requirements!.IndexURL,
            Is.EqualTo("https://wide.example/simple")
        );
    }

    [Test]
    public void An_object_can_keep_a_field_or_all_of_them()
    {
        var kept = Merge(s =>
            s with
            {
                Defaults = new DefaultsSpec { Except = ["verification.scan.enabled", "build.retries"] },
            }
        ).Spec;
        Assert.That((kept.Verification.Scan.Enabled, kept.Build.Retries), Is.EqualTo((false, 2)));

        var (alone, values) = Merge(s => s with { Defaults = new DefaultsSpec { Policy = DefaultsPolicy.Ignore } });
        Assert.That((alone.Build.ExecutorImage, values.Count), Is.EqualTo(((string?)null, 0)));
    }

    [Test]
    public void A_spec_with_a_quantity_beyond_all_measure_is_refused_for_it_and_not_lost_in_a_merge()
    {
        var spec = A.BaseImage(s =>
            s with
            {
                Build = s.Build with
                {
                    Resources = new V1ResourceRequirements
                    {
                        Requests = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
                        {
                            ["memory"] = new(new string('9', 32)),
                        },
                    },
                },
            }
        ).Spec!;
        Assert.That(EffectiveSpec.Merge(spec, [Operators]).Spec, Is.SameAs(spec));
    }

    [Test]
    public void What_changes_elsewhere_in_the_defaults_changes_nothing_for_an_object()
    {
        var spec = A.BaseImage().Spec! with { Defaults = new DefaultsSpec { Except = ["build.retries"] } };
        var one = Inheritance.Of(spec, new DefaultsInForce(null, Operators, []));
        var other = Inheritance.Of(
            spec,
            new DefaultsInForce(
                null,
                Layer(DefaultsOrigin.Operator, Wide.Replace("retries: 5", "retries: 1", StringComparison.Ordinal)),
                []
            )
        );
        Assert.That(other.Version, Is.EqualTo(one.Version).And.Not.Null);
    }

    [Test]
    public void Each_field_that_defaults_give_is_one_of_the_schema()
    {
        var known = CrdFile.BaseImages.Fields().Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        Assert.That(InheritableFields.All.SelectMany(f => f.Paths).Where(p => !known.Contains($"spec.{p}")), Is.Empty);
    }

    [Test]
    public void Each_field_that_defaults_give_is_documented()
    {
        var page = File.ReadAllText(Checkout.PathTo("docs/api.md"));
        Assert.That(
            InheritableFields.All.Select(f => f.Name).Where(n => !page.Contains($"`{n}`", StringComparison.Ordinal)),
            Is.Empty
        );
    }

    /// <summary>The chart takes just what the operator takes.</summary>
    [Test]
    public void Each_field_that_defaults_give_is_one_of_the_charts_values()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Checkout.PathTo("charts/gemma-operator/values.schema.json")))!;
        var found = new List<string>();
        Walk(schema["properties"]!["defaults"]!, "");
        Assert.That(found, Is.EquivalentTo(InheritableFields.All.SelectMany(f => f.Paths)));

        void Walk(JsonNode at, string path)
        {
            if (InheritableFields.Holding(path) is not null)
            {
                found.Add(path);
                return;
            }

            Assert.That((bool?)at["additionalProperties"], Is.False, path);
            foreach (var (name, below) in at["properties"]!.AsObject())
            {
                Walk(below!, path.Length == 0 ? name : $"{path}.{name}");
            }
        }
    }

    private static (GemmaBaseImageSpec Spec, IReadOnlyList<InheritedValue> Values) Merge(
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec> change
    ) => EffectiveSpec.Merge(A.BaseImage(change).Spec!, [Namespaces, Operators]);

    private static DefaultsOrigin? From(IReadOnlyList<InheritedValue> values, string field) =>
        values.SingleOrDefault(v => v.Field == field)?.From;

    private static DefaultsLayer Layer(DefaultsOrigin from, string text) => DefaultsText.Parse(from, text).Value;

    private static Dictionary<string, string> Pairs(string key, string value) =>
        new(StringComparer.Ordinal) { [key] = value };
}
