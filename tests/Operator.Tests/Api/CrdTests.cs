using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace Operator.Tests.Api;

internal sealed class CrdTests
{
    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void Every_field_is_described(object crd)
    {
        var silent = ((CrdFile)crd)
            .Fields()
            .Where(f =>
                !f.Path.EndsWith(']')
                && !f.Path.EndsWith('}')
                && (string?)f.Schema["description"] is not { Length: > 5 }
            )
            .Select(f => f.Path);
        Assert.That(silent, Is.Empty);
    }

    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void A_description_names_the_default_that_a_reader_would_look_for(object crd)
    {
        var silent = ((CrdFile)crd)
            .Fields()
            .Where(f => f.Path.StartsWith("spec", StringComparison.Ordinal) && f.Schema["default"] is JsonValue)
            .Select(f =>
                (f.Path, Word: DefaultWord(f.Schema["default"]!), Text: (string?)f.Schema["description"] ?? "")
            )
            .Where(f =>
                f.Word.Length > 0 && f.Word != "0" && !f.Text.Contains($"Default: {f.Word}.", StringComparison.Ordinal)
            )
            .Select(f => $"{f.Path} ({f.Word})");
        Assert.That(silent, Is.Empty);
    }

    /// <summary>The API server prices a rule by the largest value that it could meet.</summary>
    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void Every_text_list_and_map_has_a_bound(object crd)
    {
        var unbounded = ((CrdFile)crd)
            .Fields()
            .Where(f =>
                (string?)f.Schema["type"] switch
                {
                    "string" => f.Schema["maxLength"] is null && f.Schema["enum"] is null && f.Schema["format"] is null,
                    "array" => f.Schema["maxItems"] is null,
                    "object" => f.Schema["additionalProperties"] is not null && f.Schema["maxProperties"] is null,
                    _ => false,
                }
            )
            .Select(f => f.Path);
        Assert.That(unbounded, Is.Empty);
    }

    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void Every_list_says_how_it_merges(object crd) =>
        Assert.That(
            ((CrdFile)crd)
                .Fields()
                .Where(f => (string?)f.Schema["type"] == "array" && f.Schema["x-kubernetes-list-type"] is null),
            Is.Empty
        );

    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void Every_default_is_valid_by_its_own_pattern_and_bounds(object crd)
    {
        var wrong = ((CrdFile)crd)
            .Fields()
            .Where(f =>
                f.Schema["default"] is JsonValue value
                && value.TryGetValue<string>(out var text)
                && (
                    (
                        f.Schema["pattern"] is { } pattern
                        && !Regex.IsMatch(text, (string)pattern!, RegexOptions.None, TimeSpan.FromSeconds(1))
                    )
                    || (f.Schema["enum"] is JsonArray words && !words.Any(w => (string)w! == text))
                    || text.Length > ((int?)f.Schema["maxLength"] ?? int.MaxValue)
                    || text.Length < ((int?)f.Schema["minLength"] ?? 0)
                )
            )
            .Select(f => f.Path);
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Durations_have_the_bounds_that_the_validator_has()
    {
        var declared = CrdFile
            .BaseImages.Fields()
            .SelectMany(f => CrdFile.RulesOf(f.Schema).Select(r => (f.Path, r.Rule, r.Message)))
            .Where(r => r.Rule.StartsWith("duration(self)", StringComparison.Ordinal));
        var expected = Durations.All.Select(b =>
            (
                b.Path,
                $"duration(self) >= duration('{b.Least}') && duration(self) <= duration('{b.Most}')",
                $"{b.Path["spec.".Length..]} must be between {b.Least} and {b.Most}"
            )
        );
        Assert.That(declared, Is.EquivalentTo(expected));
    }

    [Test]
    public void Durations_have_the_pattern_that_the_parser_has()
    {
        var patterns = Durations.All.Select(b => (string?)CrdFile.BaseImages.Find(b.Path)?["pattern"]);
        Assert.That(patterns, Is.All.EqualTo(GoDuration.Pattern));
    }

    /// <summary>Keys of a map have no schema, so a label's key can't be in the CRD.</summary>
    [TestCaseSource(nameof(Patterns))]
    public void A_pattern_of_the_validator_is_in_the_schema(string pattern)
    {
        var bare = pattern.Replace(@"\A", "", StringComparison.Ordinal).Replace(@"\z", "", StringComparison.Ordinal);
        string[] shapes = [$"^{bare}$", $"^({bare})?$"];
        var declared = CrdFile
            .BaseImages.Fields()
            .Select(f => (string?)f.Schema["pattern"])
            .ToHashSet(StringComparer.Ordinal);
        var rules = CrdFile
            .RulesOf(CrdFile.BaseImages.Root)
            .Concat(CrdFile.BaseImages.Fields().SelectMany(f => CrdFile.RulesOf(f.Schema)))
            .Select(r => r.Rule)
            .ToList();
        Assert.That(
            shapes.Any(s => declared.Contains(s) || rules.Exists(r => r.Contains($"'{s}'", StringComparison.Ordinal))),
            Is.True,
            bare
        );
    }

    /// <summary>The API server checks a default against the rules before nested defaults are filled in.</summary>
    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void A_rule_also_holds_on_an_empty_default(object crd)
    {
        var open = ((CrdFile)crd)
            .Fields()
            .Where(f => f.Schema["default"] is JsonObject { Count: 0 })
            .SelectMany(f =>
                CrdFile
                    .RulesOf(f.Schema)
                    .SelectMany(r =>
                        Regex
                            .Matches(r.Rule, @"self\.\w+", RegexOptions.None, TimeSpan.FromSeconds(1))
                            .Where(m => !r.Rule.Contains($"has({m.Value})", StringComparison.Ordinal))
                            .Select(m => $"{f.Path}: {m.Value}")
                    )
            );
        Assert.That(open, Is.Empty);
    }

    [Test]
    public void Nothing_but_cancel_can_change_in_a_build()
    {
        var free = CrdFile.Builds.Find("spec")!["properties"]!
            .AsObject()
            .Where(p => !CrdFile.RulesOf(p.Value!.AsObject()).Any(r => r.Rule == "self == oldSelf"))
            .Select(p => p.Key);
        Assert.That(free, Is.EqualTo(new[] { "cancel" }));
    }

    [Test]
    public void The_repository_can_t_change() =>
        Assert.That(
            CrdFile.RulesOf(CrdFile.BaseImages.Find("spec.output.repository")!).Select(r => r.Rule),
            Has.Some.EqualTo("self == oldSelf")
        );

    [Test]
    public void Kubectl_get_shows_what_the_design_promises()
    {
        var columns = CrdFile.BaseImages.Version["additionalPrinterColumns"]!
            .AsArray()
            .ToLookup(c => (int?)c!["priority"] ?? 0, c => (string)c!["name"]!);
        Assert.Multiple(() =>
        {
            Assert.That(
                columns[0],
                Is.EqualTo(new[] { "Ready", "Fresh", "Image", "Held", "Base", "Last-Build", "Next", "Age" })
            );
            Assert.That(columns[1], Is.EqualTo(new[] { "Reason", "Newest", "Digest", "Size" }));
        });
    }

    [TestCaseSource(typeof(CrdFile), nameof(CrdFile.All))]
    public void A_kind_can_be_asked_for_by_its_short_name_and_with_all_of_ours(object crd)
    {
        var names = ((CrdFile)crd).Document["spec"]!["names"]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)names["categories"]![0], Is.EqualTo("gemma"));
            Assert.That((string?)names["shortNames"]![0], Is.EqualTo(crd == CrdFile.Builds ? "gb" : "gbi"));
            Assert.That(
                (string?)names["plural"],
                Is.EqualTo(crd == CrdFile.Builds ? GemmaBuild.KubePlural : GemmaBaseImage.KubePlural)
            );
            Assert.That(((CrdFile)crd).Version["subresources"]!["status"], Is.Not.Null);
        });
    }

    private static IEnumerable<TestCaseData> Patterns() =>
        typeof(Syntax)
            .GetMethods()
            .Where(m => m.ReturnType == typeof(Regex) && m.Name != nameof(Syntax.LabelKey))
            .Select(m => new TestCaseData(((Regex)m.Invoke(null, null)!).ToString()).SetArgDisplayNames(m.Name));

    private static string DefaultWord(JsonNode value) =>
        value.AsValue().TryGetValue<string>(out var text)
            ? text
            : Convert.ToString(value.ToJsonString(), CultureInfo.InvariantCulture);
}
