using KubectlGemma.Output;

namespace Cli.Tests;

/// <summary>Whatever is wrong with a command line is one line, a code, and nothing is done.</summary>
public sealed class UsageTests
{
    [TestCase("lst", "did you mean list")]
    [TestCase("rebild", "did you mean rebuild")]
    [TestCase("list -o xml", "none of json, yaml, wide, name, jsonpath=")]
    [TestCase("list -o jsonpath={.x", "isn't closed")]
    [TestCase("list --watch -o json", "--watch prints lines")]
    [TestCase("list --as-group g", "--as-group needs --as")]
    [TestCase("status Bad_Name", "can't be the name of an object")]
    [TestCase("status .", "can't be the name of an object")]
    [TestCase("rebuild ..", "can't be the name of an object")]
    [TestCase("list -o jsonpath=", "needs a template")]
    [TestCase("status", "Required argument 'NAME' missing")]
    [TestCase("list -n Bad_Name", "can't be the name of a namespace")]
    [TestCase("rebuild a --timeout soon --wait", "isn't a duration")]
    [TestCase("rebuild a --dry-run maybe", "none of none, client, server")]
    [TestCase("rebuild a --wait --dry-run client", "nothing to wait for")]
    [TestCase("logs a --step Promote", "none of Build, Verify, Scan")]
    [TestCase("diff", "Option '--filename' is required")]
    [TestCase("diff -f nowhere.yaml", "-f nowhere.yaml: ")]
    [TestCase("contents a --against B", "can't be the name of an object")]
    [TestCase("sbom Registry/A", "no")]
    [TestCase("verify a@sha256:1", "is no digest")]
    [TestCase("builds a -A", "goes without --all-namespaces")]
    [TestCase("completion tcsh", "tcsh")]
    public async Task A_mistake_is_one_line_and_code_2(string line, string told)
    {
        var run = await Run.Async(line.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Usage), run.Err);
            Assert.That(run.Err, Does.StartWith("kubectl-gemma: ").And.Contain(told));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(run.Out, Is.Empty);
        });
    }

    [TestCase("list")]
    [TestCase("rebuild a")]
    [TestCase("cancel a")]
    public async Task No_cluster_is_one_line_and_code_5(string line)
    {
        using var folder = new Folder();
        // Nobody listens at port 1.
        var config = folder.Write("config", Kubeconfig.For("https://127.0.0.1:1"));
        var run = await Run.Async([.. line.Split(' '), "--kubeconfig", config]);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.NoCluster));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(run.Err, Does.Contain("127.0.0.1:1"));
        });
    }

    [Test]
    public async Task A_kubeconfig_that_is_none_is_one_line()
    {
        using var folder = new Folder();
        foreach (
            var (text, told) in (IEnumerable<(string, string)>)
                [("", "kubeconfig"), ("{]", "kubeconfig"), (Kubeconfig.For("nonsense"), "nonsense")]
        )
        {
            var run = await Run.Async("list", "--kubeconfig", folder.Write("config", text));
            Assert.That(run.Code, Is.EqualTo(ExitCode.NoCluster));
            Assert.That(run.Err, Does.Contain(told));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        }

        var missing = await Run.Async("list", "--kubeconfig", folder.Path("nowhere"));
        Assert.That(missing.Err, Does.Contain("no such file"));
        var context = await Run.Async(
            "list",
            "--context",
            "tets",
            "--kubeconfig",
            folder.Write("config", Kubeconfig.For("https://127.0.0.1:1"))
        );
        Assert.That(context.Err, Does.Contain("did you mean test?"));
    }

    [TestCase("__complete re", "rebuild\t")]
    [TestCase("__complete list --wat", "--watch\t")]
    public async Task Words_are_completed_as_kubectl_asks(string line, string word)
    {
        var run = await Run.Async(line.Split(' '));
        Assert.That(run.Out, Does.Contain(word).And.EndWith(":4\n"));
    }

    [TestCase("bash", "complete -F _kubectl_gemma kubectl-gemma")]
    [TestCase("zsh", "compdef")]
    [TestCase("fish", "complete -c kubectl-gemma")]
    [TestCase("powershell", "Register-ArgumentCompleter")]
    [TestCase("kubectl", "exec kubectl-gemma __complete")]
    public async Task Each_shell_has_its_script(string shell, string part)
    {
        var run = await Run.Async("completion", shell);
        Assert.That(run.Out, Does.Contain(part));
    }

    [Test]
    public async Task The_version_needs_no_cluster()
    {
        var run = await Run.Async("version", "--client");
        Assert.That(run.Out, Does.Match(@"\Akubectl-gemma  [0-9]+\.[0-9]+\.[0-9]+"));
    }
}
