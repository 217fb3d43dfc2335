using GemmaOperator.Api.Builds;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Client;
using Prometheus;

namespace Operator.Tests.Hosting;

[Parallelizable(ParallelScope.All)]
public sealed class CommandLineTests
{
    [TestCase("--nope", "Unrecognized command or argument '--nope'")]
    [TestCase("stray", "Unrecognized command or argument 'stray'")]
    [TestCase(
        "--api-requests-per-second=-1",
        "--api-requests-per-second: '-1' is neither 0 nor a number from 1 to 10000"
    )]
    [TestCase("--api-requests-per-second=0.5", "'0.5' is neither")]
    [TestCase("--api-requests-per-second=10001", "'10001' is neither")]
    [TestCase("--api-requests-per-second=NaN", "'NaN' is neither")]
    [TestCase("--api-requests-per-second=1,5", "'1,5' is neither")]
    [TestCase("--api-requests-per-second=many", "'many' is neither")]
    [TestCase("--workers=0", "--workers: '0' isn't a whole number from 1 to 64")]
    [TestCase("--workers=x", "--workers: 'x' isn't a whole number")]
    [TestCase("--max-builds=1001", "--max-builds: '1001' isn't a whole number from 1 to 1000")]
    [TestCase("--log-level=loud", "--log-level: 'loud' is none of Trace, Debug")]
    [TestCase("--log-level=7", "--log-level: '7' is none of")]
    [TestCase("--listen=8080", "--listen: '8080' isn't http:// with an IP address")]
    [TestCase("--listen=https://127.0.0.1:8443", "isn't http://")]
    [TestCase("--listen=http://127.0.0.1:8080/metrics", "isn't http://")]
    [TestCase("--listen=http://operator.example:8080", "isn't http:// with an IP address")]
    [TestCase("--listen=http://unix:/run/operator.sock", "isn't http://")]
    [TestCase("--dashboard=8081", "--dashboard: '8081' isn't an IP address and a port, such as 0.0.0.0:8081")]
    [TestCase("--dashboard=localhost:8081", "--dashboard: 'localhost:8081' isn't an IP address and a port")]
    [TestCase("--dashboard-certificate=/tls", "--dashboard-certificate needs --dashboard ADDRESS:PORT")]
    [TestCase("--namespace=Team_A", "--namespace: 'Team_A' can't be the name of a namespace")]
    [TestCase("--namespace=", "Required argument missing for option: '--namespace'")]
    [TestCase("--server-image=a:b:c", "--server-image: ")]
    [TestCase("--operator-image=:::", "--operator-image: ")]
    [TestCase("--executor-image=a:b:c", "--executor-image: ")]
    [TestCase("--registry-mirror=mirror.example", "--registry-mirror: \"mirror.example\" is no mirror")]
    [TestCase("--trusted-host=https://r.example", "--trusted-host: 'https://r.example' isn't a host")]
    [TestCase("--trusted-host=r.example:0", "--trusted-host: 'r.example:0' isn't a host")]
    [TestCase("--token-realm=gitlab.example", "--token-realm: 'gitlab.example' isn't REGISTRY=HOST")]
    [TestCase("--cluster-network=10.96.0.0", "--cluster-network: '10.96.0.0' isn't a network, such as 10.96.0.0/12")]
    [TestCase(
        "--insecure-registry=localhost:5000/path",
        "--insecure-registry: 'localhost:5000/path' isn't a registry's host"
    )]
    public async Task A_mistake_is_one_line_and_exit_code_2(string argument, string told)
    {
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(
            [argument],
            errors,
            (_, _) => throw new InvalidOperationException("it must not run")
        );
        Assert.That(code, Is.EqualTo(2));
        Assert.That(
            errors.ToString().TrimEnd().Split('\n'),
            Has.Length.EqualTo(1).And.All.StartsWith("gemma-operator: ").And.All.Contains(told)
        );
    }

    [TestCase("--help", "--executor-image")]
    [TestCase("report --help", "--ignore")]
    public async Task Help_names_defaults_and_no_types(string arguments, string option)
    {
        using var output = new StringWriter();
        var code = await CommandLine.RunAsync(
            arguments.Split(' '),
            TextWriter.Null,
            (_, _) => throw new InvalidOperationException("it must not run"),
            output
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero);
            Assert.That(output.ToString(), Does.Contain(option).And.Contain("[default: "));
            Assert.That(output.ToString(), Does.Not.Match(@"\[default: (\]|(Gemma|System|Microsoft)[A-Za-z]*\.)"));
        }
    }

    [Test]
    public async Task The_executors_default_is_the_projects_own_unless_another_is_given()
    {
        Assert.That((await ReadAsync()).ExecutorImage, Is.EqualTo(BuildSpec.DefaultExecutorImage));
        Assert.That(
            (await ReadAsync("--executor-image=mirror.example/kaniko:1")).ExecutorImage,
            Is.EqualTo("mirror.example/kaniko:1")
        );
    }

    [Test]
    public async Task What_is_given_arrives()
    {
        var options = await ReadAsync(
            "-n=ml",
            "--namespace=ops",
            "--watch-namespace=ml",
            "--impersonate-service-account=gemma",
            "--listen=http://[::1]:9090",
            "--log-level=debug",
            "--workers=3",
            "--max-builds=7",
            "--api-requests-per-second=2.5",
            "--registry-mirror=docker.io=mirror.example/docker",
            "--registry-mirror=ghcr.io=mirror.example/ghcr",
            "--insecure-registry=localhost:5000"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (options.Listen, options.LogLevel, options.ImpersonatedAccount),
                Is.EqualTo(("http://[::1]:9090", LogLevel.Debug, "gemma"))
            );
            Assert.That(options.Namespaces, Is.EqualTo(["ml", "ops"]), "each once");
            Assert.That((options.Workers, options.MaxBuilds, options.ApiRequestsPerSecond), Is.EqualTo((3, 7, 2.5)));
            Assert.That(options.Mirrors.Locations.Keys, Is.EquivalentTo(["docker.io", "ghcr.io"]));
            Assert.That(options.InsecureRegistries, Is.EqualTo(["localhost:5000"]));
        }
    }

    [Test]
    public async Task Without_a_limit_or_with_0_there_is_none()
    {
        Assert.That((await ReadAsync()).ApiRequestsPerSecond, Is.Null);
        Assert.That((await ReadAsync("--api-requests-per-second=0")).ApiRequestsPerSecond, Is.Null);
    }

    [Test]
    public async Task The_limit_on_requests_limits_what_the_operator_sends()
    {
        var sent = 0;
        await using var server = await AnswerServer.StartAsync();
        server.Answer = context =>
        {
            _ = context.Request.Path.Value!.Contains("/namespaces/other/") ? 0 : Interlocked.Increment(ref sent);
            return context.Request.Path == "/version"
                    ? context.Response.WriteAsync("""{"major":"1","minor":"36","gitVersion":"v1.36.0"}""")
                : context.Request.Query.ContainsKey("watch")
                    ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                : context.Response.WriteAsync(
                    """{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}"""
                );
        };
        var time = new FakeTimeProvider();
        var other = server.Api(new KubeTransportOptions { FieldManager = "test" }, TimeProvider.System);
        await using var host = new OperatorHost(
            await ReadAsync("--api-requests-per-second=3"),
            server.Configuration,
            NullLoggerFactory.Instance,
            time,
            Prometheus.Metrics.NewCustomRegistry()
        );
        await host.StartAsync(CancellationToken.None);
        // The version, nine lists and nine watches, three of them a second.
        for (var second = 1; second <= 6; second++)
        {
            await Eventually.That(() => Volatile.Read(ref sent) >= 3 * second, $"{3 * second} are sent");
            // One of somebody else's, which would come after any that shouldn't be under way.
            await other.ListAsync<V1ConfigMap>(new ListQuery { Namespace = "other" }, CancellationToken.None);
            Assert.That(sent, Is.EqualTo(3 * second));
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task<OperatorOptions> ReadAsync(params string[] args)
    {
        OperatorOptions? read = null;
        using var errors = new StringWriter();
        await CommandLine.RunAsync(
            args,
            errors,
            (options, _) =>
            {
                read = options;
                return Task.FromResult(0);
            }
        );
        return read ?? throw new AssertionException(errors.ToString());
    }
}
