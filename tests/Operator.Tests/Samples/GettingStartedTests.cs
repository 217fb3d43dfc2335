using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Hosting;
using k8s;
using LocalCluster;
using Operator.Tests.Api;

namespace Operator.Tests.Samples;

/// <summary>Holds the pages that people begin with against what there is: definitions, files, options.</summary>
internal sealed partial class GettingStartedTests
{
    /// <summary>Milliseconds that one search of a page may take.</summary>
    private const int Patience = 30_000;

    private static readonly string Folder = Checkout.PathTo("docs", "getting-started");

    private static IEnumerable<string> Pages =>
        Directory.GetFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Manifests =>
        Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static IEnumerable<TestCaseData> Patches =>
        from page in Pages
        from block in Blocks(page, "yaml").Select((text, i) => (text, i))
        select new TestCaseData(block.text).SetArgDisplayNames($"{page} block {block.i + 1}");

    [TestCaseSource(nameof(Manifests))]
    public async Task A_manifest_of_theirs_is_taken_by_the_API(string name)
    {
        var text = (await File.ReadAllTextAsync(Path.Combine(Folder, name)))
            .Replace("@PROJECT.", "@my-project.")
            .Replace("REGISTRY/", "europe-west1-docker.pkg.dev/my-project/gemma/");
        Assert.That(text, Does.Not.Match("[^a-z]REGISTRY/"));
        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        using var http = Client(cluster);
        var manifests = new ManifestClient(http);
        await manifests.InstallAsync(CancellationToken.None);
        foreach (var document in YamlText.Documents(text))
        {
            if ((string?)document["kind"] is "SecurityContextConstraints")
            {
                // OpenShift's own; what it lets in, OpenShiftTests have.
                continue;
            }

            if ((string?)document["kind"] is "PersistentVolume" or "PersistentVolumeClaim")
            {
                Assert.That(
                    () => KubernetesYaml.LoadAllFromString(document.ToJsonString(), strict: true),
                    Throws.Nothing
                );
                continue;
            }

            var answer = await manifests.CreateAsync(document, CancellationToken.None);
            Assert.That(answer.Code, Is.EqualTo(HttpStatusCode.Created), answer.Message);
        }
    }

    [TestCase("gke.yaml", "europe-west1-docker.pkg.dev/my-project/gemma")]
    [TestCase("eks.yaml", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/gemma")]
    [TestCase("aks.yaml", "gemma123.azurecr.io/gemma")]
    public void A_service_with_an_identity_is_taken_by_the_operator(string name, string registry)
    {
        var image = YamlText
            .Documents(File.ReadAllText(Path.Combine(Folder, name)).Replace("REGISTRY", registry))
            .Single(d => (string?)d["kind"] == GemmaBaseImage.KubeKind);
        var spec = KubernetesJson.Deserialize<GemmaBaseImage>(image.ToJsonString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SpecCheck.Of(spec).Select(e => e.ToString()), Is.Empty);
            Assert.That(spec.Spec!.Output.Credentials.Type.Value, Is.EqualTo(CredentialsType.WorkloadIdentity));
        }
    }

    [TestCaseSource(nameof(Patches))]
    public async Task A_block_of_theirs_fits_the_first_sample(string block)
    {
        var patch = YamlText.Documents(block).Single();
        var model = patch["spec"]?["rollout"]?["server"]?["model"]?.AsObject() ?? [];
        var unknown = model
            .Select(m => $"spec.rollout.server.model.{m.Key}")
            .Where(path => CrdFile.BaseImages.Find(path) is null)
            .ToList();
        Assert.That(unknown, Is.Empty, "fields that the definitions don't have");

        await using var cluster = await ApiServer.StartAsync(new ApiServerOptions(), CancellationToken.None);
        using var http = Client(cluster);
        var manifests = new ManifestClient(http);
        await manifests.InstallAsync(CancellationToken.None);
        var image = Sample.Valid.First().Image.DeepClone().AsObject();
        // A page shows one source of weights, whichever the sample has.
        image["spec"]!["rollout"]!["server"]!.AsObject().Remove("model");
        Merge(image, patch);
        var answer = await manifests.CreateAsync(image, CancellationToken.None);
        Assert.That(answer.Code, Is.EqualTo(HttpStatusCode.Created), answer.Message);
    }

    [TestCaseSource(nameof(Pages))]
    public void Commands_name_files_and_targets_that_are_there(string page)
    {
        var makefile = File.ReadAllText(Checkout.PathTo("Makefile"));
        var commands = string.Join('\n', Blocks(page, "sh"));
        var files = PathInCheckout()
            .Matches(commands)
            .Select(m => m.Value.TrimEnd('/'))
            // What make images writes.
            .Where(path => !path.StartsWith("deploy/images", StringComparison.Ordinal))
            .ToList();
        var targets = MakeTarget().Matches(commands).Select(m => m.Groups["target"].Value).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commands, Is.Not.Empty);
            Assert.That(files.Where(f => !Path.Exists(Checkout.PathTo(f))), Is.Empty);
            Assert.That(targets.Where(t => !makefile.Contains($"\n{t}: ", StringComparison.Ordinal)), Is.Empty);
            Assert.That(
                Link()
                    .Matches(File.ReadAllText(Path.Combine(Folder, page)))
                    .Select(m => m.Groups["to"].Value)
                    .Where(to => !Path.Exists(Path.Combine(Folder, to))),
                Is.Empty
            );
        }
    }

    [TestCaseSource(nameof(Pages))]
    public void Fields_that_they_name_are_there(string page)
    {
        var fields = CrdFile.BaseImages.Fields().Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var named = Named()
            .Matches(File.ReadAllText(Path.Combine(Folder, page)))
            .Select(m => $"spec.{m.Groups["path"].Value}")
            .Where(path => fields.Contains(path[..path.IndexOf('.', "spec.".Length)]));
        Assert.That(named.Where(path => !fields.Contains(path)), Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void The_check_that_they_run_has_the_options_that_they_give(string page)
    {
        using var nowhere = new StringWriter();
        var mistakes = CheckArguments()
            .Matches(string.Join('\n', Blocks(page, "sh")))
            .Select(m => m.Groups["arguments"].Value.Replace("$REGISTRY", "registry.example/gemma"))
            .SelectMany(arguments =>
                CheckCommand
                    .Make(TimeProvider.System, nowhere, nowhere)
                    .Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Errors
            );
        Assert.That(mistakes.Select(e => e.Message), Is.Empty);
    }

    private static IEnumerable<string> Blocks(string page, string language) =>
        Block()
            .Matches(File.ReadAllText(Path.Combine(Folder, page)))
            .Where(m => m.Groups["language"].Value == language)
            .Select(m => m.Groups["text"].Value);

    private static HttpClient Client(ApiServer cluster) =>
        new()
        {
            BaseAddress = cluster.Endpoint,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token) },
        };

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is JsonObject below && target[key] is JsonObject there)
            {
                Merge(there, below);
            }
            else if (value is null)
            {
                // RFC 7386: null takes away.
                target.Remove(key);
            }
            else
            {
                target[key] = Stripped(value);
            }
        }
    }

    /// <summary>What a patch adds as a whole has no nulls either.</summary>
    private static JsonNode Stripped(JsonNode value)
    {
        if (value is not JsonObject below)
        {
            return value.DeepClone();
        }

        var made = new JsonObject();
        Merge(made, below);
        return made;
    }

    /// <summary>Finds a field below spec, such as retention.images.policy, alone or with a value.</summary>
    [GeneratedRegex(
        "`(spec\\.)?(?<path>[a-z][A-Za-z]*(\\.[a-z][A-Za-z]*)+)(: [^`]*)?`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Patience
    )]
    private static partial Regex Named();

    [GeneratedRegex(
        @"^```(?<language>[a-z]*)\n(?<text>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline,
        Patience
    )]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<![\w/.])(?:charts|samples|deploy|docs|crds)/[\w./-]+", RegexOptions.None, Patience)]
    private static partial Regex PathInCheckout();

    [GeneratedRegex(@"^make (?<target>[a-z-]+)", RegexOptions.Multiline, Patience)]
    private static partial Regex MakeTarget();

    [GeneratedRegex("CHECK=\"(?<arguments>[^\"]*)\"", RegexOptions.None, Patience)]
    private static partial Regex CheckArguments();

    [GeneratedRegex(@"\]\((?!https?:)(?<to>[^)#]+)(?:#[^)]*)?\)", RegexOptions.None, Patience)]
    private static partial Regex Link();
}
