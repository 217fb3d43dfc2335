using System.Globalization;
using System.Reflection;
using KubectlGemma.Commands;
using KubectlGemma.Output;
using Operator.Tests.Api;

namespace Cli.Tests;

/// <summary>Each code is documented, and each documented code has a test of its own.</summary>
public sealed class ExitCodeTests
{
    private static IReadOnlyList<(string Name, int Code)> All =>
        [
            .. typeof(ExitCode)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => (f.Name, (int)f.GetRawConstantValue()!)),
        ];

    [Test]
    public void Each_code_is_on_the_page_and_no_other() =>
        Assert.That(
            File.ReadAllLines(Checkout.PathTo("docs/cli.md"))
                .SkipWhile(l => l != "## Exit codes")
                .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
                .Where(cells => cells.Length > 2 && cells[1].All(char.IsAsciiDigit) && cells[1].Length > 0)
                .Select(cells => int.Parse(cells[1], CultureInfo.InvariantCulture)),
            Is.EqualTo(All.Select(c => c.Code))
        );

    [Test]
    public void Each_code_has_a_test()
    {
        var tests = Directory
            .EnumerateFiles(Checkout.PathTo("tests/Cli.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .ToList();
        Assert.That(
            All.Where(c => !tests.Exists(t => t.Contains($"ExitCode.{c.Name}", StringComparison.Ordinal))),
            Is.Empty
        );
    }

    [Test]
    public async Task An_interruption_is_code_130_and_says_nothing()
    {
        using var folder = new Folder();
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var interrupted = new CancellationTokenSource();
        await interrupted.CancelAsync();
        var code = await CommandLine.RunAsync(
            ["list", "--kubeconfig", folder.Write("config", Kubeconfig.For("https://127.0.0.1:1"))],
            new Shell(new PlainScreen(output, errors), TextReader.Null, TimeProvider.System),
            interrupted.Token
        );
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.Interrupted));
            Assert.That(output.ToString() + errors, Is.Empty);
        });
    }
}
