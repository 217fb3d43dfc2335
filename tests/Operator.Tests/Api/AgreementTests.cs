using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;

namespace Operator.Tests.Api;

/// <summary>The CRDs are written by hand and so are the C# types: here they are held against each other.</summary>
internal sealed class AgreementTests
{
    [Test]
    public void A_GemmaBaseImage_has_the_same_fields_in_its_CRD_and_in_CSharp() =>
        Compare(CrdFile.BaseImages, typeof(GemmaBaseImageSpec), typeof(GemmaBaseImageStatus));

    [Test]
    public void A_GemmaBuild_has_the_same_fields_in_its_CRD_and_in_CSharp() =>
        Compare(CrdFile.Builds, typeof(GemmaBuildSpec), typeof(GemmaBuildStatus));

    [TestCase(typeof(V1Toleration), "spec.build.tolerations[]")]
    [TestCase(typeof(V1Toleration), "spec.rollout.server.tolerations[]")]
    [TestCase(typeof(V1ResourceRequirements), "spec.build.resources")]
    [TestCase(typeof(V1ResourceRequirements), "spec.rollout.server.resources")]
    [TestCase(typeof(V1Condition), "status.conditions[]")]
    public void What_the_CRD_takes_from_a_foreign_type_exists_there(Type type, string path)
    {
        var declared = CrdFile.BaseImages.Find(path)!["properties"]!.AsObject().Select(p => p.Key);
        var known = type.GetProperties()
            .Select(p =>
                p.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonPropertyNameAttribute), inherit: false)
            )
            .SelectMany(a => a.Cast<System.Text.Json.Serialization.JsonPropertyNameAttribute>())
            .Select(a => a.Name);
        Assert.That(declared, Is.SubsetOf(known));
    }

    [Test]
    public void The_serialiser_writes_the_names_that_the_CRD_declares()
    {
        var image = new GemmaBaseImage
        {
            Spec = new GemmaBaseImageSpec
            {
                Requirements = new RequirementsSpec
                {
                    IndexURL = "https://pypi.example.com",
                    ExtraIndexURLs = ["https://a.example.com"],
                },
                Verification = new VerificationSpec { PullTest = new PullTestSpec { RequireGPU = true } },
            },
        };
        var written = JsonNode.Parse(KubernetesJson.Serialize(image))!.AsObject();
        Assert.That(Leaves("spec", written["spec"]!), Is.SubsetOf(CrdFile.BaseImages.Fields().Select(f => f.Path)));
    }

    [Test]
    public void A_build_names_its_reasons_as_the_code_does()
    {
        var words = WireEnum<BuildReason>.Words;
        var declared = CrdFile.Builds.Find("spec.reasons[]")!["enum"]!.AsArray().Select(w => (string)w!);
        Assert.That(declared, Is.EquivalentTo(words));
    }

    private static void Compare(CrdFile crd, Type spec, Type status)
    {
        var types = TypeFacts.Of("spec", spec).Concat(TypeFacts.Of("status", status)).ToList();
        var foreign = ForeignPaths("spec", spec).Concat(ForeignPaths("status", status)).ToList();
        var schema = FieldFact
            .Of(crd)
            .Where(f =>
                !foreign.Exists(p => f.Path.Length > p.Length && f.Path.StartsWith(p, StringComparison.Ordinal))
            )
            .ToList();

        Assert.Multiple(() =>
        {
            Assert.That(schema.Except(types), Is.Empty, "only the CRD says so");
            Assert.That(types.Except(schema), Is.Empty, "only the C# types say so");
        });
    }

    private static IEnumerable<string> ForeignPaths(string path, Type type) =>
        type.GetProperties()
            .Where(p => p.CanWrite)
            .SelectMany(p =>
            {
                var where = $"{path}.{TypeFacts.JsonName(p)}";
                var item = TypeFacts.ItemOf(p.PropertyType);
                var (inner, at) = item is null ? (p.PropertyType, where) : (item, $"{where}[]");
                return TypeFacts.IsForeign(inner) ? [at]
                    : inner.Assembly == typeof(GemmaBaseImage).Assembly && inner.IsClass ? ForeignPaths(at, inner)
                    : [];
            });

    private static IEnumerable<string> Leaves(string path, JsonNode? node) =>
        node switch
        {
            JsonObject map => map.SelectMany(p => Leaves($"{path}.{p.Key}", p.Value)),
            JsonArray list => list.SelectMany(item => Leaves($"{path}[]", item)),
            _ => [path],
        };
}
