using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Inputs;
using Microsoft.AspNetCore.Http;
using Operator.Tests.Egress;
using Operator.Tests.Tools;

namespace Operator.Tests.BaseImages.Workloads;

/// <summary>The Python program that sends a new pod its first request, against a server of these tests.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SmokeProgramTests : IDisposable
{
    private const string Completion = """{"choices":[{"index":0,"text":" world","finish_reason":"length"}]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-smoke-");
    private readonly List<string?> _shown = [];

    private readonly List<(string Method, string Path, string Body)> _asked = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task A_completion_is_asked_for_and_taken()
    {
        var report = await AskAsync(
            [(200, Completion)],
            """{"model":"m","prompt":"Hello","max_tokens":8,"temperature":0}"""
        );
        Assert.That(report, Is.EqualTo(new SmokeReport(true, true, "")));
        Assert.That(_asked, Has.Count.EqualTo(1));
        Assert.That(
            (_asked[0].Method, _asked[0].Path, (string?)JsonNode.Parse(_asked[0].Body)!["prompt"]),
            Is.EqualTo(("POST", "/v1/completions", "Hello"))
        );
    }

    [TestCase("""{"data":[{"embedding":[0.6,-0.8]}]}""", true)]
    [TestCase("""{"data":[{"embedding":[]}]}""", false)]
    [TestCase("""{"data":[]}""", false)]
    public async Task A_model_that_makes_no_text_is_asked_for_an_embedding(string answer, bool isRight)
    {
        var report = await AskAsync(
            [(400, """{"error":{"code":"model_only_embeds","message":"ask /v1/embeddings"}}"""), (200, answer)],
            """{"model":"m","prompt":"Hello","max_tokens":8,"temperature":0}"""
        );
        Assert.That((report.Ok, report.Answered), Is.EqualTo((isRight, true)));
        Assert.That(_asked.Select(asked => asked.Path), Is.EqualTo(["/v1/completions", "/v1/embeddings"]));
        Assert.That((string?)JsonNode.Parse(_asked[1].Body)!["input"], Is.EqualTo("Hello"));
    }

    [Test]
    public async Task One_that_makes_neither_is_asked_twice_and_no_more()
    {
        const string Refusal = """{"error":{"code":"model_only_embeds","message":"ask /v1/embeddings"}}""";
        var report = await AskAsync(
            [(400, Refusal), (400, Refusal), (200, """{"data":[{"embedding":[1]}]}""")],
            """{"model":"m","prompt":"Hello"}"""
        );
        Assert.That((report.Ok, report.Answered, _asked.Count), Is.EqualTo((false, true, 2)));
        Assert.That(report.Detail, Does.Contain("it answered 400"));
    }

    [Test]
    public async Task Readiness_is_asked_for_without_a_body()
    {
        var report = await AskAsync([(200, "ok")], "null");
        Assert.That(report, Is.EqualTo(new SmokeReport(true, true, "")));
        Assert.That(_asked.Single().Method, Is.EqualTo("GET"));
    }

    [TestCase("first\nsecond\n")]
    [TestCase("\uFEFF# of team a\n\n  first\t# until May\r\nsecond")]
    public async Task The_first_key_is_shown_to_a_server_that_asks_for_one(string content)
    {
        var keys = Path.Combine(_folder.FullName, "keys");
        await File.WriteAllTextAsync(keys, content);
        Assert.That((await AskAsync([(200, Completion)], "{}", keys: keys)).Ok);
        Assert.That(_shown, Is.EqualTo(["Bearer first"]));
    }

    [TestCase(null, "API_KEYS_FILE: ")]
    [TestCase("# none\n", "no key in it")]
    public async Task Keys_that_cannot_be_read_say_nothing_of_the_image(string? content, string words)
    {
        var keys = Path.Combine(_folder.FullName, "keys");
        if (content is not null)
        {
            await File.WriteAllTextAsync(keys, content);
        }

        var said = await RunAsync("http://127.0.0.1:1/v1/completions", "{}", timeout: 1, exitCode: 3, keys: keys);
        Assert.That(said, Does.Contain(words));
        Assert.That(SmokeReport.Read(said, "sha256:new"), Is.Null);
    }

    [Test]
    public async Task A_server_that_is_busy_or_loads_is_asked_again()
    {
        var report = await AskAsync([(503, "loading"), (429, "full"), (200, Completion)], "{}");
        Assert.That((report.Ok, _asked.Count), Is.EqualTo((true, 3)));
    }

    [TestCase(
        500,
        "{\"error\":\"CUDA error: no kernel image\"}",
        "it answered 500: {\"error\":\"CUDA error: no kernel image\"}"
    )]
    [TestCase(404, "", "it answered 404")]
    [TestCase(400, "{\"error\":{\"code\":\"other\"}}", "it answered 400")]
    [TestCase(400, "[]", "it answered 400")]
    [TestCase(200, "<html>hello</html>", "no completion: <html>hello</html>")]
    [TestCase(200, "{\"choices\":[]}", "no completion")]
    [TestCase(200, "[1]", "no completion")]
    [TestCase(200, "{\"choices\":[{\"text\":null}]}", "no completion")]
    public async Task Any_other_answer_is_final(int status, string body, string says)
    {
        var report = await AskAsync([(status, body), (200, Completion)], "{}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((report.Ok, report.Answered), Is.EqualTo((false, true)));
            Assert.That(report.Detail, Does.Contain(says));
            Assert.That(_asked, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_server_that_stays_busy_has_answered()
    {
        var report = await AskAsync([.. Enumerable.Repeat((503, "the model failed"), 50)], "{}", timeout: 3);
        Assert.That((report.Ok, report.Answered), Is.EqualTo((false, true)));
        Assert.That(report.Detail, Does.Contain("503: the model failed"));
    }

    [Test]
    public async Task A_server_that_is_not_there_gave_no_answer()
    {
        var report = Report(await RunAsync("http://127.0.0.1:1/v1/completions", "{}", timeout: 1));
        Assert.That((report.Ok, report.Answered), Is.EqualTo((false, false)));
        Assert.That(report.Detail, Does.StartWith("it gave no answer in 1 s"));
    }

    [Test]
    public async Task A_pod_that_packets_do_not_reach_leaves_no_report()
    {
        // TEST-NET-1 (RFC 5737), on a network that answers as one with a NetworkPolicy does: not at all.
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "sitecustomize.py"),
            """
            import socket
            def silence(*_, **__): raise TimeoutError("timed out")
            socket.create_connection = silence
            """
        );
        var words = await RunAsync("http://192.0.2.1:8080/readyz", "null", timeout: 2, exitCode: 3);
        Assert.That(words, Does.StartWith("no connection to 192.0.2.1:8080").And.Contain("NetworkPolicy"));
        Assert.That(SmokeReport.Read(words, "sha256:new"), Is.Null);
    }

    [TestCase(201, "anything", true)]
    [TestCase(200, "anything", false)]
    public async Task A_server_of_ones_own_answers_with_its_own_status(int status, string body, bool isRight)
    {
        var report = await AskAsync([(status, body)], "{}", more: ",\"completion\":false,\"status\":201");
        Assert.That((report.Ok, report.Answered), Is.EqualTo((isRight, true)));
    }

    [Test]
    public async Task A_status_that_is_right_is_not_waited_out()
    {
        var report = await AskAsync([(503, "as stated")], "{}", more: ",\"completion\":false,\"status\":503");
        Assert.That((report.Ok, _asked.Count), Is.EqualTo((true, 1)));
    }

    [TestCase(204, true)]
    [TestCase(302, true)]
    [TestCase(404, false)]
    public async Task A_probe_is_answered_as_the_kubelet_wants_it(int status, bool isRight)
    {
        var report = await AskAsync([(status, "")], "null", more: ",\"probe\":true");
        Assert.That((report.Ok, report.Answered, _asked.Count), Is.EqualTo((isRight, true, 1)));
    }

    [Test]
    public async Task A_redirection_that_is_right_is_not_followed()
    {
        var report = await AskAsync([(307, ""), (404, "")], "null", more: ",\"status\":307");
        Assert.That((report.Ok, _asked.Count), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task A_key_in_a_variable_is_shown()
    {
        Assert.That((await AskAsync([(200, Completion)], "{}", more: ",\"keyVariable\":\"HOME\"")).Ok);
        Assert.That(_shown, Is.EqualTo(["Bearer " + Environment.GetEnvironmentVariable("HOME")]));
    }

    private async Task<SmokeReport> AskAsync(
        IReadOnlyList<(int Status, string Body)> answers,
        string body,
        int timeout = 60,
        string? keys = null,
        string more = ""
    )
    {
        var left = new Queue<(int Status, string Body)>(answers);
        Place? server = null;
        await using var place = server = await Place.StartAsync(context => AnswerAsync(context, server!, left));
        return Report(await RunAsync($"http://{place.Host}/v1/completions", body, timeout, keys: keys, more: more));
    }

    /// <summary>Notes what is asked, and gives the next answer; none where all are given.</summary>
    private async Task AnswerAsync(HttpContext context, Place server, Queue<(int Status, string Body)> left)
    {
        var request = context.Request;
        if (!left.TryDequeue(out var answer))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }

        _shown.Add(request.Headers.Authorization);
        _asked.Add((request.Method, request.Path, HttpMethods.IsPost(request.Method) ? server.Bodies.Last() : ""));
        context.Response.StatusCode = answer.Status;
        if (answer.Status is >= 300 and < 400)
        {
            context.Response.Headers.Location = "/elsewhere";
        }

        if (answer.Body.Length > 0)
        {
            await context.Response.WriteAsync(answer.Body);
        }
    }

    private static SmokeReport Report(string text) =>
        SmokeReport.Read(text, "sha256:new") ?? throw new AssertionException("it left no report");

    private async Task<string> RunAsync(
        string url,
        string body,
        int timeout,
        int exitCode = 0,
        string? keys = null,
        string more = ""
    )
    {
        var log = Path.Combine(_folder.FullName, "termination-log");
        await Python.RunAsync(
            PythonProgram.Read("smoke.py"),
            new JsonObject
            {
                ["digest"] = "sha256:new",
                ["url"] = url,
                ["body"] = JsonNode.Parse(body),
                ["timeout"] = timeout,
                ["log"] = log,
                ["keys"] = keys,
            }.ToJsonString()[..^1]
                + more
                + "}",
            _folder.FullName,
            exitCode
        );
        return await File.ReadAllTextAsync(log);
    }
}
