using System.Runtime.Versioning;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Inputs.Updates;

namespace Operator.Tests.Builds.Inputs.Updates;

/// <summary>The layer of updates, run by a shell over a stub of apt.</summary>
[UnsupportedOSPlatform("windows")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UpdateCommandsTests : IDisposable
{
    private const string Ubuntu = "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>";
    private const string Nvidia = "cudatools <cudatools@nvidia.com>";

    private static readonly SystemUpdates All = new(SystemUpdatePolicy.All, IsAskedFor: true);
    private static readonly SystemUpdates Security = new(SystemUpdatePolicy.Security, IsAskedFor: true);

    private static readonly string[] Packages =
    [
        $"openssl:amd64|3.0.2|install ok installed|{Ubuntu}|3.0.3",
        $"curl:amd64|7.81|install ok installed|{Ubuntu}|7.88",
        $"git:amd64|2.34|install ok installed|{Ubuntu}|2.40",
        $"libcublas-12-8:amd64|12.8.4|install ok installed|{Nvidia}|12.8.5",
        $"oddly-named:amd64|1|install ok installed|{Nvidia}|2",
        $"libcudnn9-cuda-12:amd64|9.8|install ok installed|Somebody <s@a.example>|9.9",
        $"libnccl2:amd64|2.25|hold ok installed|{Nvidia}|2.26",
        $"theirs:amd64|1|hold ok installed|{Ubuntu}|2",
        $"libcuriosity:all|1|install ok installed|{Ubuntu}|2",
        $"nvidia-gone:amd64|1|deinstall ok config-files|{Nvidia}|",
    ];

    private readonly StubbedApt _base = new();

    public void Dispose() => _base.Dispose();

    [Test]
    public async Task A_base_whose_shell_has_pipefail_is_updated_as_any_other([Values] bool isAskedFor)
    {
        Assume.That(File.Exists("/bin/bash"), "there is no bash here");
        _base.Shell = ["/bin/bash", "-o", "pipefail"];
        _base.Apt(Packages);
        Assert.That(await _base.RunAsync(All with { IsAskedFor = isAskedFor }), Is.Zero);
        Assert.That(_base.Note, Has.Some.EqualTo("result Updated"));
    }

    [Test]
    public async Task What_is_of_CUDA_pinned_or_held_stays_and_the_rest_is_updated()
    {
        _base.Apt(Packages);
        Assert.That(await _base.RunAsync(All, "git"), Is.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                _base.Packages.Select(line => string.Join(' ', line.Split('\t')[..3])),
                Is.EqualTo([
                    "openssl:amd64 3.0.3 install ok installed",
                    "curl:amd64 7.88 install ok installed",
                    "git:amd64 2.34 install ok installed",
                    "libcublas-12-8:amd64 12.8.4 install ok installed",
                    "oddly-named:amd64 1 install ok installed",
                    "libcudnn9-cuda-12:amd64 9.8 install ok installed",
                    "libnccl2:amd64 2.25 hold ok installed",
                    "theirs:amd64 1 hold ok installed",
                    "libcuriosity:all 2 install ok installed",
                    "nvidia-gone:amd64 1 deinstall ok config-files",
                ])
            );
            Assert.That(
                _base.Note,
                Is.EqualTo([
                    "policy All",
                    "result Updated",
                    "manager apt-get",
                    "changed 3",
                    "held git:amd64 2.34",
                    "held libcublas-12-8:amd64 12.8.4",
                    "held libcudnn9-cuda-12:amd64 9.8",
                    "held libnccl2:amd64 2.25",
                    "held oddly-named:amd64 1",
                    "held theirs:amd64 1",
                ])
            );
            Assert.That(Directory.EnumerateFileSystemEntries(_base.In("tmp")), Is.Empty);
        }
    }

    [TestCase("apk")]
    [TestCase("microdnf")]
    [TestCase("none")]
    public async Task A_base_without_apt_is_built_as_it_is_and_says_which_manager_it_has(string manager)
    {
        if (manager != "none")
        {
            _base.Tool(manager, "exit 1");
        }

        Assert.That(await _base.RunAsync(All), Is.Zero);
        Assert.That(_base.Note, Is.EqualTo(["policy All", "result Unsupported", $"manager {manager}", "changed 0"]));
    }

    [Test]
    public async Task What_is_asked_for_and_can_not_be_fetched_fails_the_build()
    {
        _base.Apt(Packages, update: "echo 'E: Failed to fetch http://a' >&2; exit 100");
        Assert.That(await _base.RunAsync(All), Is.EqualTo(100));
        Assert.That(_base.Packages[0], Does.Contain("3.0.2"));
    }

    [Test]
    public async Task What_is_only_the_default_and_can_not_be_fetched_is_left_out_and_said()
    {
        _base.Apt(Packages, update: "echo 'Ign:1 x'; echo 'E: Failed to fetch http://a' >&2; exit 100");
        Assert.That(await _base.RunAsync(SystemUpdates.Default), Is.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                _base.Note,
                Is.EqualTo([
                    "policy All",
                    "result Unavailable",
                    "manager apt-get",
                    "changed 0",
                    "said E: Failed to fetch http://a",
                ])
            );
            Assert.That(_base.Asked, Has.None.Contains("upgrade"));
        }
    }

    [Test]
    public async Task An_upgrade_that_breaks_off_fails_the_build_whoever_asked_for_it()
    {
        _base.Apt(Packages, upgrade: "echo 'dpkg: error processing package x' >&2; exit 100");
        Assert.That(await _base.RunAsync(SystemUpdates.Default), Is.EqualTo(100));
    }

    [TestCase("o=Ubuntu,a=jammy-security,n=jammy,l=Ubuntu,c=main", "Updated")]
    [TestCase("o=UbuntuESM,a=jammy-infra-security,n=jammy,l=UbuntuESM,c=main", "Updated")]
    [TestCase("o=Debian,a=oldstable-security,n=bookworm-security,l=Debian-Security,c=main", "Updated")]
    [TestCase("o=Ubuntu,a=jammy-updates,n=jammy,l=Ubuntu,c=main", "Unsupported")]
    [TestCase("o=Somebody,a=jammy-security,n=jammy,l=Somebody,c=main", "Unsupported")]
    public async Task Security_updates_need_a_security_suite(string release, string result)
    {
        _base.Apt(
            Packages,
            policy: $" 500 http://a\\n  release {release}\\n 100 /var/lib/dpkg/status\\n  release a=now"
        );
        Assert.That(await _base.RunAsync(Security), Is.Zero);
        Assert.That(_base.Note, Has.One.EqualTo($"result {result}"));
        Assert.That(
            _base.Asked.Any(line => line.Contains("upgrade", StringComparison.Ordinal)),
            Is.EqualTo(result == "Updated")
        );
    }

    [Test]
    public async Task An_apt_without_a_repository_is_named_as_unsupported()
    {
        _base.Apt(Packages, policy: " 100 /var/lib/dpkg/status\\n  release a=now");
        Assert.That(await _base.RunAsync(All), Is.Zero);
        Assert.That(_base.Note, Has.One.EqualTo("result Unsupported").And.One.EqualTo("manager apt-get"));
    }
}
