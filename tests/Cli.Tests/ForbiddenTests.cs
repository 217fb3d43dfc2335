using KubectlGemma.Output;

namespace Cli.Tests;

/// <summary>An API server that doesn't let somebody is told with the verb, and nothing is done after it.</summary>
public sealed class ForbiddenTests
{
    private const string Refusal = """
        {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,
         "message":"User \"ann\u001b[2J\" cannot do this"}
        """;

    [TestCase("list", "list", 1)]
    [TestCase("status gemma", "get", 1)]
    [TestCase("suspend gemma", "get", 1)]
    public async Task A_refusal_names_the_verb(string line, string verb, int requests)
    {
        using var folder = new Folder();
        var seen = new List<string?>();
        await using var server = new AnswerStub(request =>
        {
            seen.Add($"{request.Headers["Impersonate-User"]}/{request.Headers["Impersonate-Group"]}");
            return (403, Refusal);
        });
        var run = await Run.Async([
            .. line.Split(' '),
            "--as",
            "ann",
            "--as-group",
            "team",
            "--kubeconfig",
            folder.Write("config", Kubeconfig.For(server.Address)),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.NotAllowed), run.Err);
            Assert.That(run.Err, Does.Contain($"ask for the verb {verb} on gemmabaseimages.gemmaoperator.io"));
            Assert.That(run.Err, Does.Not.Contain("\u001b"));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(seen, Is.EqualTo(Enumerable.Repeat("ann/team", requests)));
        });
    }

    [Test]
    public async Task Who_may_not_list_everywhere_is_told_of_namespaces()
    {
        var run = await RefusedAsync(Refusal, "list", "-A");
        Assert.That(run.Err, Does.Contain("by a ClusterRole, or name a namespace where you have it, by -n"));
    }

    /// <summary>The right that lacks is another one than that to what was asked for.</summary>
    [TestCase("users", "bob")]
    [TestCase("groups", "admins")]
    [TestCase("serviceaccounts", "robot")]
    public async Task Who_may_not_act_as_another_is_told_that_right(string kind, string name)
    {
        var refusal = Refusal.Replace(
            "\"code\"",
            $$"""
            "details":{"name":"{{name}}","kind":"{{kind}}"},"code"
            """,
            StringComparison.Ordinal
        );
        var run = await RefusedAsync(refusal, "list", "--as", "bob", "--as-group", "admins");
        Assert.That(run.Err, Does.Contain($"ask for the verb impersonate on {kind} \"{name}\""));
        Assert.That(run.Err, Does.Not.Contain("the verb list"));
    }

    private static async Task<Run> RefusedAsync(string refusal, params string[] line)
    {
        using var folder = new Folder();
        await using var server = new AnswerStub(_ => (403, refusal));
        var run = await Run.Async([.. line, "--kubeconfig", folder.Write("config", Kubeconfig.For(server.Address))]);
        Assert.That(run.Code, Is.EqualTo(ExitCode.NotAllowed), run.Err);
        Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        return run;
    }
}
