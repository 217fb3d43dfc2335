using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Tenancy;
using GemmaOperator.Text;

namespace Operator.Tests.Remedies;

/// <summary>What is wrong with defaults is gone when the remedy is followed.</summary>
internal sealed class DefaultsRemedyTests
{
    private const string Listed = "docs/api.md lists the fields";
    private const string Given = "write it in the objects that need it";

    private static readonly (string Wrong, string Remedy, string Mended)[] Cases =
    [
        ("build: {retries: 1}\n---\nbuild: {retries: 2}", "write one", "build: {retries: 1}"),
        ("build: {retries: 1, retries: 2}", "keep one of them", "build: {retries: 2}"),
        ("build: {retries: 1", "write YAML in the shape of a spec", "build: {retries: 1}"),
        ("- build", "write YAML in the shape of a spec", "build: {retries: 1}"),
        ("build: {retrys: 1}", Listed, "build: {retries: 1}"),
        ("build: 1", Listed, "build: {retries: 1}"),
        ("build: {retries: many}", Listed, "build: {retries: 1}"),
        ("build: {env: [{nam: A}]}", Listed, "build: {env: [{name: A}]}"),
        ("build: {resources: {limits: {memory: lots}}}", "write it as in 500m", Limits("500m")),
        (Limits("9999999999999999999999P"), "write it as in 500m", Limits("999P")),
        ("output: {insecure: true}", Given, ""),
        ("output: {credentials: {type: WorkloadIdentity}}", Given, ""),
        ("build: {retries: 99}", "choose 0 to 10", "build: {retries: 10}"),
        (
            "verification: {scan: {args: [--severity=LOW]}}",
            "use one of --debug",
            "verification: {scan: {args: [--debug]}}"
        ),
    ];

    [TestCaseSource(nameof(Cases))]
    public void What_a_remedy_proposes_is_right((string Wrong, string Remedy, string Mended) given)
    {
        var problems = Problems(given.Wrong);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems.Select(p => p.Remedy), Has.Some.StartsWith(given.Remedy), string.Join("; ", problems));
            Assert.That(Problems(given.Mended), Is.Empty);
        }
    }

    [Test]
    public void A_text_that_is_too_long_is_read_when_it_is_shorter()
    {
        var problem = Problems(new string('#', DefaultsText.MostCharacters + 1)).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problem.Remedy, Is.EqualTo($"at most {DefaultsText.MostCharacters} are read"));
            Assert.That(Problems(new string('#', DefaultsText.MostCharacters)), Is.Empty);
        }
    }

    private static string Limits(string memory) => $"build: {{resources: {{limits: {{memory: {memory}}}}}}}";

    private static IReadOnlyList<FieldError> Problems(string text)
    {
        var parsed = DefaultsText.Parse(DefaultsOrigin.Namespace, text);
        return parsed.TryGet(out var layer)
            ? DefaultsCheck.Judge(layer, below: null, TenantPolicy.None)
            : parsed.Problems;
    }
}
