using System.Diagnostics;
using Inference.Tests.Engine;
using Inference.Tests.Model.Embedding;

namespace Inference.Tests.Api;

/// <summary>
/// The clients of npm against the running server (<c>tests/clients</c>): openai, LangChain, the Vercel AI SDK. Left out
/// where they aren't installed.
/// </summary>
internal sealed class ClientProgramTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Clients_that_people_have_are_understood_and_understand(bool isGemma4)
    {
        var folder = Clients();
        if (!Directory.Exists(Path.Combine(folder, "node_modules")) || !File.Exists("/usr/bin/node"))
        {
            Assert.Ignore("there is no Node.js, or no npm ci --prefix tests/clients --ignore-scripts was run");
        }

        await using var server = await TinyServer.StartAsync(
            spoil: isGemma4 ? directory => TinyGemma4.Write(directory, Gemma4ToolTests.Template) : null,
            context: 2048
        );
        await using var embedder = await TinyServer.StartAsync(spoil: EmbeddingFiles.ChangeTiny);
        await server.Engine.Loaded;
        await embedder.Engine.Loaded;
        var start = new ProcessStartInfo("/usr/bin/node", [Path.Combine(folder, "run.mjs")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["BASE_URL"] = $"{server.Client.BaseAddress}v1";
        start.Environment["EMBED_URL"] = $"{embedder.Client.BaseAddress}v1";
        start.Environment["MODEL"] = TinyServer.Model;
        start.Environment["THINKS"] = isGemma4 ? "1" : "0";
        using var program = Process.Start(start)!;
        var errors = program.StandardError.ReadToEndAsync();
        var lines = (await program.StandardOutput.ReadToEndAsync()).Split('\n');
        await program.WaitForExitAsync();
        Assert.That(lines.Where(line => line.StartsWith("FAILED", StringComparison.Ordinal)), Is.Empty, await errors);
        Assert.That(program.ExitCode, Is.Zero, await errors);
        Assert.That(lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)), Is.GreaterThan(60));
    }

    private static string Clients()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "GemmaOperator.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "clients");
    }
}
