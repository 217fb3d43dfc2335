using System.Net;
using System.Net.Sockets;
using System.Text;
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
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        server.Prefixes.Add(address);
        server.Start();
        var seen = new List<string?>();
        var serving = ServeAsync(server, seen);
        var run = await Run.Async([
            .. line.Split(' '),
            "--as",
            "ann",
            "--as-group",
            "team",
            "--kubeconfig",
            folder.Write("config", Kubeconfig.For(address)),
        ]);
        server.Stop();
        await serving;
        Assert.Multiple(() =>
        {
            Assert.That(run.Code, Is.EqualTo(ExitCode.NotAllowed), run.Err);
            Assert.That(run.Err, Does.Contain($"ask for the verb {verb} on gemmabaseimages.gemmaoperator.io"));
            Assert.That(run.Err, Does.Not.Contain("\u001b"));
            Assert.That(run.Err.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(seen, Is.EqualTo(Enumerable.Repeat("ann/team", requests)));
        });
    }

    private static async Task ServeAsync(HttpListener server, List<string?> seen)
    {
        try
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                var headers = context.Request.Headers;
                seen.Add($"{headers["Impersonate-User"]}/{headers["Impersonate-Group"]}");
                context.Response.StatusCode = 403;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Refusal));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
        {
            // It was stopped, while it waited or before it waited again.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
