using System.Text.Json.Nodes;
using Operator.Tests.Api;
using Operator.Tests.Tools;

namespace Operator.Tests.Samples;

/// <summary><c>samples/kustomization.yaml</c> puts a registry into every sample, from one place.</summary>
internal sealed class RegistrySettingTests
{
    private const string Placeholder = "registry.example";

    [TestCaseSource(typeof(Sample), nameof(Sample.Valid))]
    public async Task One_line_names_the_registry_of_a_whole_sample(object of)
    {
        var sample = (Sample)of;
        var rendered = await RenderAsync(
            sample,
            text =>
                text.Replace("registry=registry.example ", "registry=europe-west1-docker.pkg.dev/my-project/gemma ")
                    .Replace("name: push ", "name: mine ")
        );
        var image = rendered.Single(d => (string?)d["kind"] == "GemmaBaseImage");
        var expected = sample
            .Image.ToJsonString()
            .Replace(Placeholder + "/", "europe-west1-docker.pkg.dev/my-project/gemma/")
            // Only Google's registries know workload identity, so the placeholder is one of theirs.
            .Replace(Placeholder + ".pkg.dev/", "europe-west1-docker.pkg.dev/my-project/gemma/");
        var wanted = JsonNode.Parse(expected)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Concat(rendered.Select(d => d.ToJsonString())), Does.Not.Contain(Placeholder));
            foreach (var part in new[] { "rollout", "build", "base", "requirements" })
            {
                Assert.That(JsonNode.DeepEquals(image["spec"]![part], wanted["spec"]![part]), part);
            }

            Assert.That(
                (string?)image["spec"]!["output"]!["repository"],
                Is.EqualTo((string?)wanted["spec"]!["output"]!["repository"])
            );
            Assert.That(
                (string?)image["spec"]!["output"]!["credentials"]!["secretRef"]?["name"],
                Is.EqualTo(
                    (string?)wanted["spec"]!["output"]!["credentials"]?["type"] == "WorkloadIdentity" ? null : "mine"
                )
            );
            Assert.That(rendered, Has.Count.EqualTo(sample.Documents.Count), "the setting itself isn't applied");
        }
    }

    [TestCaseSource(typeof(Sample), nameof(Sample.Valid))]
    public async Task Without_credentials_the_rest_is_the_same(object of)
    {
        var rendered = await RenderAsync(
            (Sample)of,
            text =>
                text[..text.IndexOf("patches:", StringComparison.Ordinal)]
                + text[text.IndexOf("replacements:", StringComparison.Ordinal)..]
        );
        Assert.That(rendered, Is.Not.Empty);
    }

    [TestCaseSource(typeof(Sample), nameof(Sample.Valid))]
    public void A_sample_says_so_in_its_first_line_and_names_no_other_registry(object of)
    {
        var sample = (Sample)of;
        var text = File.ReadAllText(Checkout.PathTo("samples", sample.Name));
        Assert.That(text.Split('\n')[0], Does.Contain("kubectl apply -k samples"));
        Assert.That(
            text.Split('\n').Where(l => l.Contains("repository:", StringComparison.Ordinal)),
            // A hub's repository is no registry's.
            Has.All.Matches($"repository: ({Placeholder}(.pkg.dev)?|google)/")
        );
    }

    /// <summary>Renders a copy of the sample with the lines edited.</summary>
    private static async Task<List<JsonObject>> RenderAsync(Sample sample, Func<string, string> edit)
    {
        var folder = Directory.CreateTempSubdirectory("samples-");
        try
        {
            File.Copy(Checkout.PathTo("samples", sample.Name), Path.Combine(folder.FullName, sample.Name));
            var text = await File.ReadAllTextAsync(Checkout.PathTo("samples", Sample.Kustomization));
            var chosen = text.Replace("  - 01-gemma-weekly.yaml", $"  - {sample.Name}");
            Assert.That(edit(chosen), Is.Not.EqualTo(chosen), "the lines to edit are there");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, Sample.Kustomization), edit(chosen));
            var (code, output) = await Command.RunAsync(
                Command.Find("kubectl", "see https://kubernetes.io/docs/tasks/tools"),
                ["kustomize", folder.FullName]
            );
            Assert.That(code, Is.Zero, output);
            return [.. YamlText.Documents(output)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
