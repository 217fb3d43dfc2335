using System.Diagnostics;
using System.Runtime.Versioning;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Inputs.Updates;

namespace Operator.Tests.Builds.Inputs.Updates;

/// <summary>
/// Runs the rendered commands in a shell, in a folder that stands for the root, with nothing in its path but what a
/// small base has, and an apt of its own over one file of packages: name, version, state, maintainer, newest version.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class StubbedApt : IDisposable
{
    private static readonly string[] Tools =
    [
        "awk cat comm cut grep head mkdir mktemp rm sed sh sort timeout wc xargs",
    ];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gemma-updates-");

    public StubbedApt()
    {
        foreach (var folder in new[] { "bin", "tmp", "var/lib/apt/lists", "var/log/apt", "var/cache/ldconfig" })
        {
            Directory.CreateDirectory(In(folder));
        }

        foreach (var tool in Tools.SelectMany(line => line.Split(' ')))
        {
            var found = new[] { "/usr/bin", "/bin" }.Select(f => Path.Combine(f, tool)).FirstOrDefault(File.Exists);
            Assume.That(found, Is.Not.Null, $"there is no {tool} here");
            File.CreateSymbolicLink(In($"bin/{tool}"), found!);
        }
    }

    /// <summary>Gets or sets the shell, with its options, as a base's SHELL has it.</summary>
    public string[] Shell { get; set; } = ["/bin/sh"];

    /// <summary>Gets the note's lines.</summary>
    public string[] Note => File.ReadAllLines(In("opt/gemma/system-updates"));

    /// <summary>Gets the packages, one line each.</summary>
    public string[] Packages => File.ReadAllLines(In("packages"));

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>Puts a program into the path.</summary>
    public void Tool(string name, string script)
    {
        File.WriteAllText(In($"bin/{name}"), $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(
            In($"bin/{name}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
    }

    /// <summary>Puts apt and dpkg there.</summary>
    /// <param name="packages">Lines of the file.</param>
    /// <param name="update">What <c>apt-get update</c> does.</param>
    /// <param name="upgrade">What <c>apt-get upgrade</c> does besides.</param>
    /// <param name="policy">What <c>apt-cache policy</c> prints.</param>
    public void Apt(
        IEnumerable<string> packages,
        string update = "true",
        string upgrade = "true",
        string policy = " 500 http://a jammy/main\\n  release v=22.04,o=Ubuntu,a=jammy,n=jammy,l=Ubuntu,c=main,b=amd64"
    )
    {
        var file = In("packages");
        File.WriteAllLines(file, packages.Select(line => line.Replace('|', '\t')));
        Tool("dpkg-query", $"awk -F '\\t' -v OFS='\\t' '{{ print $1, $2, $3, $4 }}' {file}");
        Tool(
            "apt-mark",
            $"word=install; [ \"$1\" = unhold ] || word=hold; shift; for p in \"$@\"; do awk -F '\\t' -v OFS='\\t' "
                + $"-v p=\"$p\" -v w=$word '$1 == p {{ $3 = w \" ok installed\" }} {{ print }}' {file} > {file}.new; "
                + $"cat {file}.new > {file}; done"
        );
        Tool("apt-cache", $"printf '{policy}\\n'");
        Tool(
            "apt-get",
            $"echo \"$*\" >> {In("asked")}; case \" $* \" in *' update '*) {update};; *' --download-only '*) :;; "
                + $"*' upgrade '*) {upgrade}; awk -F '\\t' -v OFS='\\t' "
                + $"'$3 !~ /^hold/ && $5 != \"\" {{ $2 = $5 }} {{ print }}' {file} > {file}.new; "
                + $"cat {file}.new > {file};; esac"
        );
    }

    /// <summary>Gets what apt-get was asked, a line each; empty where it never was.</summary>
    public string[] Asked => File.Exists(In("asked")) ? File.ReadAllLines(In("asked")) : [];

    /// <summary>Runs the commands; returns the exit status.</summary>
    public async Task<int> RunAsync(SystemUpdates updates, params string[] pinned)
    {
        var commands = UpdateCommands
            .Render(updates, pinned)
            .Select(line =>
                line.Replace("/opt/gemma", In("opt/gemma"), StringComparison.Ordinal)
                    .Replace(" /var/", $" {_root.FullName}/var/", StringComparison.Ordinal)
                    .Replace("/etc/apt", In("etc/apt"), StringComparison.Ordinal)
            );
        var start = new ProcessStartInfo(Shell[0], [.. Shell[1..], "-c", "set -eu; " + string.Join("; ", commands)])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = In("bin");
        start.Environment["TMPDIR"] = In("tmp");
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        await TestContext.Out.WriteLineAsync(await shell.StandardOutput.ReadToEndAsync());
        await TestContext.Out.WriteLineAsync(await errors);
        await shell.WaitForExitAsync();
        return shell.ExitCode;
    }

    /// <summary>Returns a path below the root.</summary>
    public string In(string path) => Path.Combine(_root.FullName, path);
}
