using KubectlGemma.Commands;
using KubectlGemma.Output;
using Operator.Tests.Api;

namespace Cli.Tests;

/// <summary>
/// What isn't as this version knows it, and what can't be written, is one line and a code; nothing crashes.
/// </summary>
public sealed class OddAnswerTests
{
    private const string NotFound = """
        {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,
         "message":"the server could not find the requested resource","details":{}}
        """;

    private const string Hostile = """
        {"kind":"GemmaBaseImageList","apiVersion":"gemmaoperator.io/v1alpha1","metadata":{"resourceVersion":"1"},"items":[
          {"metadata":{"name":"a\u001b[2J\u202eb","namespace":"n\r\nx"},
           "status":{"image":"t\u0007","conditions":[{"type":"Ready","status":"False","reason":"R\u009b31m"},
             {"type":"NewInNextYear","status":"Perhaps"}],"recentBuilds":[{"name":"b\u001b]0;x\u0007","result":"Odd"}],
             "cost":{"buildCostTotal":"1\u001b[31m"}}},
          {"metadata":{"name":"old"}},
          {"metadata":{"name":"odd"},"spec":7,"status":{"conditions":"none","recentBuilds":{},"cost":[],"held":"x"}}
        ]}
        """;

    [TestCase("list", "<html>Log in</html>")]
    [TestCase("list", "{}")]
    [TestCase("list", "")]
    [TestCase("list -o json", "[]")]
    [TestCase("builds", "{\"items\":[{\"metadata\":{\"name\":\"a")]
    public async Task What_is_no_list_is_one_line_and_code_5(string line, string body)
    {
        var run = await RunAsync(200, body, line);
        Told(run, ExitCode.NoCluster, "the answer isn't what the API promises");
    }

    [TestCase("status gemma")]
    [TestCase("why gemma")]
    public async Task An_object_of_another_release_is_one_line_and_code_6(string line)
    {
        var run = await RunAsync(
            200,
            """{"kind":"GemmaBaseImage","metadata":{"name":"gemma"},"spec":{"suspend":"weekdays"},"items":[]}""",
            line
        );
        Told(run, ExitCode.Refused, "is the operator of another release? kubectl gemma version tells both");
    }

    [TestCase("status gemma")]
    [TestCase("why gemma")]
    [TestCase("rollback gemma")]
    public async Task An_object_without_a_spec_is_one_line_and_code_6(string line)
    {
        var run = await RunAsync(200, """{"kind":"GemmaBaseImage","metadata":{"name":"gemma"},"items":[]}""", line);
        Told(run, ExitCode.Refused, "an object isn't as this version knows it, at $.spec; ");
    }

    [Test]
    public async Task A_kind_that_isnt_served_is_one_line_and_code_3()
    {
        var run = await RunAsync(404, NotFound, "list");
        Told(run, ExitCode.NotFound, "is the operator's API installed there?");
    }

    [Test]
    public async Task A_list_of_what_is_odd_steers_no_terminal_and_has_a_line_for_each()
    {
        var run = await RunAsync(200, Hostile, "list -A -o wide");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.Done), run.Err);
            Assert.That(run.Lines, Has.Count.EqualTo(4));
            Assert.That(run.Out.Replace("\n", "", StringComparison.Ordinal), Does.Not.Match(@"[\p{Cc}\p{Cf}]"));
            Assert.That(run.Out, Does.Contain(@"a\u001B[2J\u202Eb").And.Contain("not seen by an operator"));
        }
    }

    [TestCase("list")]
    [TestCase("list -o json")]
    [TestCase("render -f -")]
    public async Task An_output_that_cant_be_written_is_code_1(string line)
    {
        using var folder = new Folder();
        await using var server = new AnswerStub(_ => (200, Hostile));
        using var errors = new StringWriter();
        using var full = new FullDisk();
        using var manifest = new StringReader(
            await File.ReadAllTextAsync(Checkout.PathTo("samples", "02-pytorch-2.1-publish-only.yaml"))
        );
        var code = await CommandLine.RunAsync(
            line.StartsWith("render", StringComparison.Ordinal)
                ? line.Split(' ')
                : [.. line.Split(' '), "--kubeconfig", folder.Write("config", Kubeconfig.For(server.Address))],
            new Shell(new PlainScreen(full, errors), manifest, TimeProvider.System),
            CancellationToken.None
        );
        Told(new Run(code, "", errors.ToString()), ExitCode.Failed, "reading or writing failed: the disk is full");
    }

    [Test]
    public async Task Where_nothing_can_be_told_the_code_tells_it()
    {
        using var full = new FullDisk();
        var code = await CommandLine.RunAsync(
            ["lst"],
            new Shell(new PlainScreen(full, full), TextReader.Null, TimeProvider.System),
            CancellationToken.None
        );
        Assert.That(code, Is.EqualTo(ExitCode.Usage));
    }

    private static async Task<Run> RunAsync(int status, string body, string line)
    {
        using var folder = new Folder();
        await using var server = new AnswerStub(_ => (status, body));
        return await Run.Async([
            .. line.Split(' '),
            "--kubeconfig",
            folder.Write("config", Kubeconfig.For(server.Address)),
        ]);
    }

    private static void Told(Run run, int code, string told)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Code, Is.EqualTo(code), run.Err);
            Assert.That(run.Err, Does.StartWith("kubectl-gemma: ").And.Contain(told));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(run.Out, Is.Empty);
        }
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(string? value) => throw new IOException("the disk is full");

        public override void WriteLine(string? value) => throw new IOException("the disk is full");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("the disk is full");
    }
}
