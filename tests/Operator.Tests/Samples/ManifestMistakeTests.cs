using Quickstart;
using Quickstart.Manifests;

namespace Operator.Tests.Samples;

/// <summary>Every mistake of a manifest is one line that says where it is, and an exit code.</summary>
internal sealed class ManifestMistakeTests
{
    private const string Good = """
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: x}
        spec:
          base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
          output: {repository: registry.example.com/team/x}
        """;

    [TestCase("a: [1\nb: 2", "it is no valid YAML: a list or a mapping isn't closed")]
    [TestCase("a: 'x", "it is no valid YAML")]
    [TestCase("a: *nobody", "line 1, column 4: it is no valid YAML: there is no anchor 'nobody' before it")]
    [TestCase("? [a]\n: 1", "a field's name must be text")]
    [TestCase("", "it holds no objects")]
    [TestCase("# nothing\n---\n", "it holds no objects")]
    [TestCase("just words", "line 1: document 1 is text, not an object")]
    [TestCase("- a\n- b", "line 1: document 1 is a list, not an object")]
    [TestCase("apiVersion: v1\nmetadata: {name: x}", "line 1: kind is missing; write for example kind: GemmaBaseImage")]
    [TestCase("kind: ConfigMap", "line 1: apiVersion is missing")]
    [TestCase("apiVersion: 1\nkind: ConfigMap", "line 1: apiVersion is a number, not text")]
    [TestCase("apiVersion: v1\nkind: ConfigMap", "line 1: ConfigMap: metadata.name is missing")]
    [TestCase("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}", "it holds no GemmaBaseImage")]
    [TestCase("apiVersion: v1\nkind: List\nitems: [5]", "line 1: items[0] is a number, not an object")]
    public void It_is_found_before_anything_is_started(string text, string expected) =>
        Assert.That(
            () => Manifest.Parse("x.yaml", text),
            Throws.TypeOf<ManifestMistake>().With.Message.StartsWith("x.yaml: ").And.Message.Contains(expected)
        );

    [Test]
    public void Two_objects_of_one_name_are_refused() =>
        Assert.That(
            () => Manifest.Parse("x.yaml", $"{Good}\n---\n{Good}"),
            Throws
                .TypeOf<ManifestMistake>()
                .With.Message.Contains("line 8: gemmabaseimage/x is there already, from line 1")
        );

    [Test]
    public void What_grows_or_nests_without_end_is_refused()
    {
        var bomb =
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(
                Enumerable
                    .Range(1, 8)
                    .Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n")
            );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => Manifest.Parse("x.yaml", bomb),
                Throws.TypeOf<ManifestMistake>().With.Message.Contains("more than 500000 values")
            );
            Assert.That(
                () => Manifest.Parse("x.yaml", new string('[', 100_000)),
                Throws.TypeOf<ManifestMistake>().With.Message.Contains("nests deeper than 200 levels")
            );
        }
    }

    [TestCase(
        "kind: GemmaBaseImage",
        "kind: GemmaBaseImages",
        "it holds no GemmaBaseImage of gemmaoperator.io/v1alpha1"
    )]
    [TestCase(
        "  base:",
        "  bas: {}\n  base:",
        "cannot be handled as a GemmaBaseImage: strict decoding error: unknown field \"spec.bas\""
    )]
    [TestCase(
        "cudnn: \"9\"}",
        "cudnn: \"9\", cuda: \"12.8\"}",
        "strict decoding error: duplicate field \"spec.base.cuda\" (line 5)"
    )]
    [TestCase("{name: x}", "{name: x, label: {a: b}}", "strict decoding error: unknown field \"metadata.label\"")]
    [TestCase("{name: x}", "{name: X_Y}", "GemmaBaseImage.gemmaoperator.io \"X_Y\" is invalid: [metadata.name")]
    [TestCase("{name: x}", "{name: ..}", "invalid resource name \"..\"")]
    [TestCase("{name: x}", "{name: x, namespace: Team_A}", "Namespace \"Team_A\" is invalid")]
    [TestCase(
        "{name: x}",
        "{name: x, namespace: 7}",
        "json: cannot unmarshal number into Go struct field GemmaBaseImage.metadata.namespace of type string"
    )]
    [TestCase(
        "  output:",
        "  rollout: {mode: Sometimes}\n  output:",
        "spec.rollout.mode: Unsupported value: \"Sometimes\""
    )]
    [TestCase("  output:", "  suspend: 3\n  output:", "spec.suspend: Invalid value: \"integer\"")]
    [TestCase("spec:", "spec2:", "spec", Description = "a required field")]
    [CancelAfter(60_000)]
    public async Task The_API_server_s_own_words_are_told(
        string old,
        string changed,
        string expected,
        CancellationToken cancel
    ) => await IsOneLineAsync(Good.Replace(old, changed, StringComparison.Ordinal), expected, cancel);

    [TestCase(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndatas: {a: b}",
        "strict decoding error: unknown field \"datas\""
    )]
    [TestCase(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 7}",
        "json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string"
    )]
    [TestCase(
        "apiVersion: v1\nkind: ConfigMapp\nmetadata: {name: c}",
        "no matches for kind \"ConfigMapp\" in version \"v1\""
    )]
    [TestCase(
        "apiVersion: apps/v1beta9\nkind: Deployment\nmetadata: {name: c}",
        "no matches for kind \"Deployment\" in version \"apps/v1beta9\""
    )]
    [TestCase(
        "apiVersion: ../../x\nkind: Deployment\nmetadata: {name: c}",
        "no matches for kind \"Deployment\" in version \"../../x\""
    )]
    [CancelAfter(60_000)]
    public async Task Other_objects_are_checked_as_strictly(string other, string expected, CancellationToken cancel) =>
        await IsOneLineAsync($"{other}\n---\n{Good}", expected, cancel);

    [Test, CancelAfter(60_000)]
    public async Task A_path_that_leads_to_no_manifest_is_a_mistake_of_the_command_line(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("manifests-");
        var binary = Path.Combine(folder.FullName, "binary.yaml");
        await File.WriteAllBytesAsync(binary, [0x7f, 0x45, 0x4c, 0x46, 0xff, 0x00], cancel);
        try
        {
            foreach (
                var (path, why) in new[]
                {
                    (Path.Combine(folder.FullName, "none.yaml"), "there is no such file"),
                    (folder.FullName, "it is a directory"),
                    (binary, "it is no text in UTF-8"),
                    ("/dev/zero", "larger than 30 MiB"),
                    ("", "can't be read"),
                }
            )
            {
                var run = await DemoRun.OfAsync(path, Until.Ready, cancel);
                Assert.That(run.Errors, Does.StartWith($"quickstart: --manifest {path}: ").And.Contain(why));
                Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
                Assert.That(run.Code, Is.EqualTo(2));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task IsOneLineAsync(string manifest, string expected, CancellationToken cancel)
    {
        var run = await DemoRun.OfTextAsync(manifest, cancel);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Errors, Does.StartWith("quickstart: x.yaml: ").And.Contain(expected));
            Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(run.Errors, Does.Not.Contain(" at Quickstart.").And.Not.Contain("Exception"));
            Assert.That(run.Code, Is.EqualTo(1));
        }
    }
}
