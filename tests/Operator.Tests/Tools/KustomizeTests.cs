using System.Text.Json.Nodes;
using LocalCluster.Json;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>What kubectl renders from <c>deploy/</c> is what Helm renders from the chart.</summary>
public sealed class KustomizeTests
{
    private const string Kubectl = "see https://kubernetes.io/docs/tasks/tools";

    [TestCase("all-namespaces")]
    [TestCase("one-namespace", "--set", "watchNamespace=gemma")]
    public async Task An_overlay_is_what_the_chart_renders(string overlay, params string[] values)
    {
        var rendered = await RenderAsync(Checkout.PathTo("deploy", overlay));
        var chart = await ChartAsync(values);
        // Helm makes the release's namespace by itself.
        Assert.That(rendered.Keys.Except(chart.Keys), Is.EqualTo(new[] { "Namespace/gemma-system" }));
        Assert.Multiple(() =>
        {
            foreach (var (name, document) in chart)
            {
                Assert.That(
                    JsonNode.DeepEquals(rendered.GetValueOrDefault(name), document),
                    $"{name} isn't the chart's: 'make manifests' writes deploy/ anew"
                );
            }
        });
    }

    [Test]
    public async Task The_one_namespace_is_named_once()
    {
        var copy = Directory.CreateTempSubdirectory("deploy-");
        try
        {
            Copy(Checkout.PathTo("deploy"), copy.FullName);
            var file = Path.Combine(copy.FullName, "one-namespace", "kustomization.yaml");
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(file, text.Replace("- namespace=gemma\n", "- namespace=ml\n"));
            var rendered = await RenderAsync(Path.Combine(copy.FullName, "one-namespace"));
            var chart = await ChartAsync("--set", "watchNamespace=ml");
            Assert.That(
                chart.Where(c => !JsonNode.DeepEquals(rendered.GetValueOrDefault(c.Key), c.Value)).Select(c => c.Key),
                Is.Empty
            );
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [TestCase("charts", "gemma-operator", "files", "crds")]
    [TestCase("deploy", "crds")]
    public void Definitions_are_copies_that_every_tool_can_read(params string[] folder)
    {
        // Flux and `helm package` on some systems leave out what a symbolic link points to.
        var path = new DirectoryInfo(Checkout.PathTo(folder));
        Assert.That(path.LinkTarget, Is.Null);
        foreach (var crd in CrdFile.All)
        {
            var file = new FileInfo(Path.Combine(path.FullName, crd.Name));
            Assert.That(file.LinkTarget, Is.Null);
            Assert.That(File.ReadAllText(file.FullName), Is.EqualTo(crd.Text), $"{file}: 'make manifests' copies it");
        }
    }

    [TestCase("")]
    [TestCase("10.0.0.1:5000")]
    [Platform(Include = "Linux,MacOsX", Reason = "bash")]
    public async Task What_make_images_writes_installs_the_same_by_kubectl_and_by_Helm(string plain)
    {
        var copy = Directory.CreateTempSubdirectory("deploy-");
        try
        {
            Copy(Checkout.PathTo("deploy"), copy.FullName);
            var script = Path.Combine(copy.FullName, "write-images.sh");
            File.Copy(Checkout.PathTo("deploy", "write-images.sh"), script);
            var digest = "@sha256:" + new string('a', 64);
            string[] images =
            [
                $"10.0.0.1:5000/team/gemma-operator{digest}",
                $"10.0.0.1:5000/team/gemma-inference{digest}",
            ];
            var (code, said) = await Command.RunAsync(Command.Find("bash", "a shell"), [script, .. images, plain]);
            Assert.That(code, Is.Zero, said);

            var written = Path.Combine(copy.FullName, "images");
            var rendered = await RenderAsync(written);
            var chart = await ChartAsync("--values", Path.Combine(written, "values.yaml"));
            Assert.That(
                chart.Where(c => !JsonNode.DeepEquals(rendered.GetValueOrDefault(c.Key), c.Value)).Select(c => c.Key),
                Is.Empty
            );
            var pod = rendered["Deployment/gemma-operator"]["spec"]!["template"]!["spec"]!["containers"]![0]!;
            Assert.That((string?)pod["image"], Is.EqualTo(images[0]));
            Assert.That(
                pod["args"]!.AsArray().Select(a => (string)a!),
                Is.SupersetOf(new[] { $"--operator-image={images[0]}", $"--server-image={images[1]}" })
            );
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [TestCase("", "REGISTRY is missing")]
    [TestCase("https://registry.example/team", "REGISTRY: 'https://registry.example/team' isn't host/path")]
    [TestCase("team/images", "isn't host/path in lower case")]
    [TestCase("registry.example/team", "TAG: 'a b' can't be a tag", "TAG=a b")]
    [TestCase("registry.example/team", "ARCH: 'riscv' is neither x64 nor arm64", "ARCH=riscv")]
    [TestCase("registry.example/team", "INSECURE: 'yes' is neither 1 nor empty", "INSECURE=yes")]
    [Platform(Include = "Linux,MacOsX", Reason = "bash")]
    public async Task A_mistake_of_make_images_is_one_line(string registry, string told, string? more = null)
    {
        var (code, said) = await Command.RunAsync(
            Command.Find("env", "coreutils"),
            [$"REGISTRY={registry}", more ?? "TAG=1", "bash", Checkout.PathTo("deploy", "images.sh")]
        );
        Assert.That(code, Is.EqualTo(2));
        Assert.That(said.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(told));
    }

    private static async Task<Dictionary<string, JsonObject>> RenderAsync(string folder)
    {
        var (code, output) = await Command.RunAsync(Command.Find("kubectl", Kubectl), ["kustomize", folder]);
        Assert.That(code, Is.Zero, output);
        return ByName(output);
    }

    private static async Task<Dictionary<string, JsonObject>> ChartAsync(params string[] values)
    {
        var (code, output) = await Helm.TemplateAsync(values, release: "gemma-operator");
        Assert.That(code, Is.Zero, output);
        return ByName(output);
    }

    /// <summary>Takes away what only an object of Helm's carries.</summary>
    private static Dictionary<string, JsonObject> ByName(string documents) =>
        YamlReader
            .Documents(documents)
            .ToDictionary(
                d => $"{d["kind"]}/{d["metadata"]!["name"]}",
                d =>
                {
                    var metadata = d["metadata"]!.AsObject();
                    WithoutHelm(metadata);
                    WithoutHelm(d["spec"]?["template"]?["metadata"] as JsonObject);
                    (metadata["annotations"] as JsonObject)?.Remove("helm.sh/resource-policy");
                    if (metadata["annotations"] is JsonObject { Count: 0 })
                    {
                        metadata.Remove("annotations");
                    }

                    // Numbers of one type, however they were read.
                    return JsonNode.Parse(d.ToJsonString())!.AsObject();
                },
                StringComparer.Ordinal
            );

    private static void WithoutHelm(JsonObject? metadata)
    {
        (metadata?["labels"] as JsonObject)?.Remove("app.kubernetes.io/managed-by");
        (metadata?["labels"] as JsonObject)?.Remove("helm.sh/chart");
    }

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*.yaml", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }
}
