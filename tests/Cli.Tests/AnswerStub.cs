using System.Net;
using System.Text;
using StandIns.Processes;

namespace Cli.Tests;

/// <summary>Answers each request as a test says, where no API server would.</summary>
internal sealed class AnswerStub : IAsyncDisposable
{
    private const int MostTries = 10;

    private readonly HttpListener _server;
    private readonly Func<HttpListenerRequest, (int Status, string Body)> _answer;
    private readonly Task _serving;

    public AnswerStub(Func<HttpListenerRequest, (int Status, string Body)> answer)
    {
        _answer = answer;
        (_server, Address) = Listen();
        _serving = ServeAsync();
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _server.Stop();
        await _serving;
        _server.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _server.GetContextAsync();
                var (status, body) = _answer(context.Request);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
        {
            // It was stopped, while it waited or before it waited again.
        }
    }

    /// <summary>Listens at a port that nobody else took between its being found and this.</summary>
    private static (HttpListener Server, string Address) Listen()
    {
        for (var tries = 1; ; tries++)
        {
            var (server, address) = (new HttpListener(), $"http://127.0.0.1:{FreePort.Find()}/");
            server.Prefixes.Add(address);
            try
            {
                server.Start();
                return (server, address);
            }
            catch (HttpListenerException) when (tries < MostTries)
            {
                // Another program took it first.
            }
        }
    }
}
