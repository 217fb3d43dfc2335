using System.Formats.Tar;
using System.Text.Json.Nodes;
using KubectlGemma.Output;

namespace Cli.Tests.Local;

/// <summary>The command, against what a real engine answered.</summary>
public sealed class StubbedBuildTests
{
    private EngineStub _engine = null!;

    [SetUp]
    public async Task Start() => _engine = await EngineStub.StartAsync();

    [TearDown]
    public async Task Stop() => await _engine.DisposeAsync();

    [Test]
    public async Task A_build_is_told_with_its_steps_sizes_and_proof()
    {
        var run = await _engine.BuildAsync();
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.Zero, run.Err);
            Assert.That(run.Out, Does.Contain("Engine 20.10.24"));
            Assert.That(run.Out, Does.Match(@" 8/13  requirements\n"));
            Assert.That(run.Out, Does.Match(@"requirements +[0-9.]+s +998 B"));
            Assert.That(run.Out, Does.Match("COPY requirements.txt /opt/gemma/requirements.txt +[0-9.]+s +17 B"));
            Assert.That(run.Out, Does.Contain("runs as uid 10001, Python 3.11.2, PyTorch 2.10.0, CUDA 12.8"));
            Assert.That(run.Out, Does.Contain("imports torch; 137 packages"));
            Assert.That(run.Out, Does.Contain("saving    unknown: --offline asks no cluster"));
            Assert.That(run.Out, Does.Contain("about 17.5 minutes").And.Contain("spec.cost.fullBuildMinutes"));
        });
    }

    [Test]
    public async Task The_engine_gets_the_context_and_gives_back_the_container()
    {
        await _engine.BuildAsync("--network", "host");
        var (_, query, body) = _engine.Asked.Single(a => a.Asked == "POST /build");
        var rendered = await LocalBuilds.RenderAsync(Recordings.Manifest);
        using var tar = new TarReader(new MemoryStream(body));
        using var text = new StreamReader(tar.GetNextEntry()!.DataStream!);
        Assert.Multiple(() =>
        {
            Assert.That(text.ReadToEnd(), Is.EqualTo(rendered.Dockerfile));
            Assert.That(query["networkmode"].ToString(), Is.EqualTo("host"));
            Assert.That(query["platform"].ToString(), Is.EqualTo("linux/amd64"));
            Assert.That(query["version"].ToString(), Is.EqualTo("1"));
            Assert.That(query["t"].ToString(), Is.EqualTo("localhost/gemma:local"));
            Assert.That(
                (string?)JsonNode.Parse(query["buildargs"].ToString())!["BASE_IMAGE"],
                Is.EqualTo((string?)JsonNode.Parse(Recordings.Text("base.json"))!["Id"])
            );
            Assert.That(
                _engine.Asked.Count(a => a.Asked.StartsWith("DELETE /containers/", StringComparison.Ordinal)),
                Is.EqualTo(1)
            );
        });
    }

    [Test]
    public async Task It_can_be_had_as_data()
    {
        var run = await _engine.BuildAsync("-o", "json");
        var data = JsonNode.Parse(run.Out)!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)data["image"], Is.EqualTo("localhost/gemma:local"));
            Assert.That((int?)data["verification"]!["packages"], Is.EqualTo(137));
            Assert.That((string?)data["verification"]!["problem"], Is.Null);
            Assert.That(data["layers"]!.AsArray(), Has.Count.EqualTo(3));
            Assert.That(data["steps"]!.AsArray(), Has.Count.EqualTo(18));
        });
    }

    [Test]
    public async Task A_push_prints_the_digest()
    {
        var run = await _engine.BuildAsync("--push", "--tag", "127.0.0.1:5055/mine/gemma:x");
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Out, Does.Contain("pushed    127.0.0.1:5055/mine/gemma@sha256:b77ca08e2bc0"));
    }

    [Test]
    public async Task A_push_that_fails_is_one_line()
    {
        _engine.Answer("POST /images/127.0.0.1:5055/mine/gemma/push", 200, "push-failed.jsonl");
        var run = await _engine.BuildAsync("--push", "--tag", "127.0.0.1:5055/mine/gemma:x");
        Fails(run, ExitCode.Failed, "the engine can't push 127.0.0.1:5055/mine/gemma:x: ", "no such host");
    }

    [Test]
    public async Task What_doesnt_prove_what_it_must_is_not_pushed()
    {
        var run = await _engine.BuildOfAsync(
            Recordings.Manifest.Replace("[torch]", "[torch, numpy]", StringComparison.Ordinal),
            "--push",
            "--tag",
            "127.0.0.1:5055/mine/gemma:x"
        );
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Err, Does.Contain("the report says nothing of the import numpy"));
        Assert.That(_engine.Asked.Select(a => a.Asked), Has.None.EndsWith("/push"));
    }

    [Test]
    public async Task A_full_disk_is_one_line()
    {
        _engine.Answer("POST /build", 200, "full.jsonl");
        Fails(await _engine.BuildAsync(), ExitCode.Failed, "the build failed in ", "No space left on device");
        _engine.AnswerText(
            "POST /build",
            500,
            """{"message":"Error processing tar file(exit status 1): write /big: no space left on device"}"""
        );
        Fails(
            await _engine.BuildAsync(),
            ExitCode.Failed,
            "the engine at unix://",
            "write /big: no space left on device"
        );
    }

    [Test]
    public async Task An_engine_that_is_too_old_is_told()
    {
        _engine.AnswerText(
            "GET /version",
            200,
            """{"Version":"17.03","ApiVersion":"1.26","Os":"linux","Arch":"amd64"}"""
        );
        Fails(await _engine.BuildAsync(), ExitCode.Refused, "speaks API 1.26, and 1.32 is needed");
    }

    [TestCase(200, "<html>hello</html>")]
    [TestCase(200, "{}")]
    [TestCase(404, "<html>no such page</html>")]
    public async Task What_is_no_engine_is_told(int status, string body)
    {
        _engine.AnswerText("GET /version", status, body);
        Fails(await _engine.BuildAsync(), ExitCode.NoCluster, "container engine");
    }

    [Test]
    public async Task A_base_of_another_platform_is_refused()
    {
        _engine.AnswerText(
            "GET /images/docker.io/pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime/json",
            200,
            Recordings.Text("base.json").Replace("\"amd64\"", "\"arm64\"", StringComparison.Ordinal)
        );
        Fails(
            await _engine.BuildAsync(),
            ExitCode.Refused,
            "spec.platforms[0]: ",
            "linux/arm64",
            "docker pull --platform"
        );
    }

    [Test]
    public async Task A_base_that_isnt_there_is_told()
    {
        _engine.Answer("GET /images/docker.io/pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime/json", 404, "absent.json");
        Fails(await _engine.BuildAsync(), ExitCode.NoCluster, "the base docker.io/pytorch/pytorch:2.10.0", "--offline");
    }

    [Test]
    public async Task A_check_that_cant_start_fails_the_image()
    {
        var start = StartOfCheck();
        _engine.AnswerText(start, 400, """{"message":"exec: \"python3\": executable file not found in $PATH"}""");
        var run = await _engine.BuildAsync();
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Err, Does.Contain("the check can't be started in it: ").And.Contain("python3"));
    }

    [Test]
    public async Task What_programs_write_cant_steer_a_terminal()
    {
        var escape = (char)27;
        _engine.AnswerText(
            "POST /build",
            200,
            string.Concat(Recordings.Lines("build.jsonl").Take(20).Select(l => l + "\n"))
                + """{"stream":"\u001b[2Jgone \u202e turned \u0007\n"}"""
                + """{"errorDetail":{"code":3,"message":"x\u001b[31m"},"error":"x"}"""
        );
        var run = await _engine.BuildAsync("--verbose");
        Assert.That(run.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(run.Out + run.Err, Does.Not.Contain(escape).And.Not.Contain('\u202e').And.Not.Contain('\u0007'));
    }

    [Test]
    public async Task A_push_needs_a_name_of_its_own()
    {
        var run = await _engine.BuildAsync("--push");
        Fails(run, ExitCode.Usage, "--push needs --tag");
    }

    [Test]
    public async Task A_dead_socket_is_told()
    {
        using var folder = new Folder();
        using var input = new StringReader(Recordings.Manifest);
        var address = $"unix://{folder.Path("dead.sock")}";
        var run = await Run.Async(input, "build", "-f", "-", "--local", "--offline", "--engine", address);
        Fails(
            run,
            ExitCode.NoCluster,
            $"no container engine answers at {address} (by --engine): there is no such socket"
        );
    }

    private static string StartOfCheck() =>
        $"POST /containers/{(string?)JsonNode.Parse(Recordings.Text("created.json"))!["Id"]}/start";

    private static void Fails(Run run, int code, params string[] told)
    {
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(code), run.Err);
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1), run.Err);
            foreach (var part in told)
            {
                Assert.That(run.Err, Does.Contain(part));
            }
        });
    }
}
