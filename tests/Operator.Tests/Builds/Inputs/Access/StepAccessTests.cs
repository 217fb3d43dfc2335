using System.Diagnostics;
using GemmaOperator.Builds.Inputs.Access;

namespace Operator.Tests.Builds.Inputs.Access;

/// <summary>The commands around a step's own are run by a shell.</summary>
internal sealed class StepAccessTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("gemma-access-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_spec_that_says_nothing_gets_nothing() =>
        Assert.That(StepAccess.None.Open(isPip: true).Concat(StepAccess.None.Close()), Is.Empty);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_step_has_a_file_with_the_authorities_while_it_runs_and_none_afterwards(bool isPip)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.crt"), Authority.Pem);
        var access = new StepAccess([], HasBundle: true);
        var said = await RunAsync([
            .. access.Open(isPip),
            "cat $SSL_CERT_FILE; cat $APT_CONFIG; ls -ld $trust; ls -l $trust",
            "[ $PIP_CERT = $trust/ca.crt ] && [ $REQUESTS_CA_BUNDLE = $CURL_CA_BUNDLE ]",
            .. access.Close(),
            "ls $trust 2>&1 || echo it is gone",
        ]);
        Assert.That(
            said,
            Does.Contain(Authority.Pem.Trim())
                .And.Match("Acquire::https::CAInfo \".*/ca.crt\";")
                .And.Contain("drwxr-xr-x")
                .And.Match("-rw-r--r--.* ca.crt")
                .And.EndWith("it is gone\n")
        );
    }

    private async Task<string> RunAsync(IEnumerable<string> commands)
    {
        var script = $"set -eu; umask 077; {string.Join("; ", commands)}".Replace(
            CaBundle.Directory,
            _folder,
            StringComparison.Ordinal
        );
        var start = new ProcessStartInfo("/bin/sh", ["-c", script])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["TMPDIR"] = _folder;
        using var shell = Process.Start(start)!;
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero, said);
        return said;
    }
}
