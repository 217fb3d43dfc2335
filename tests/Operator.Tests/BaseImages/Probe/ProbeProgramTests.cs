using GemmaOperator.BaseImages.Probe;

namespace Operator.Tests.BaseImages.Probe;

/// <summary>The Python program, with an apt and a pip of these tests' own making.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class ProbeProgramTests : IDisposable
{
    private const string Sources =
        "500 http://mirror jammy-updates/main\n     release v=22.04,o=Ubuntu,a=jammy-updates\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-probe-");

    public ProbeProgramTests()
    {
        foreach (var name in new[] { "bin", "work", "root/etc/apt", "root/var/lib/dpkg", "modules", "gemma" })
        {
            Directory.CreateDirectory(In(name));
        }

        File.WriteAllText(
            In("root/var/lib/dpkg/status"),
            """
            Package: libnccl2
            Status: install ok installed
            Maintainer: cudatools <cudatools@nvidia.com>

            Package: libssl3
            Status: install ok installed
            Maintainer: Ubuntu Developers <ubuntu@lists.ubuntu.com>

            Package: git
            Status: install ok installed
            Maintainer: Ubuntu Developers <ubuntu@lists.ubuntu.com>

            """
        );
        File.WriteAllText(In("gemma/base"), "numpy==1.26.0\n");
        Apt();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task Packages_that_an_upgrade_would_move_are_told()
    {
        Apt(
            upgrade: """
            Reading package lists...
            Inst libssl3 [3.0.2-0ubuntu1.10] (3.0.2-0ubuntu1.12 Ubuntu:22.04/jammy-updates [amd64])
            Inst libc6:i386 [2.35-1] (2.35-2 Ubuntu:22.04/jammy-updates [i386]) []
            Inst linux-base (4.5 Ubuntu:22.04/jammy [all])
            Conf libssl3 (3.0.2-0ubuntu1.12 Ubuntu:22.04/jammy-updates [amd64])
            """,
            install: "Inst curl [7.81.0-1] (7.81.0-2 Ubuntu:22.04/jammy-updates [amd64])\n"
        );
        var answer = await AnswerAsync(new Asked { Packages = ["curl"] });
        Assert.That(
            answer.Changes.Select(c => $"{c.Name} {c.Old}>{c.New}"),
            Is.EqualTo(
                new[]
                {
                    "curl 7.81.0-1>7.81.0-2",
                    "libc6:i386 2.35-1>2.35-2",
                    "libssl3 3.0.2-0ubuntu1.10>3.0.2-0ubuntu1.12",
                    "linux-base >4.5",
                }
            )
        );
        Assert.That(answer.Count, Is.EqualTo(4));
    }

    [Test]
    public async Task What_belongs_to_CUDA_and_what_is_pinned_is_held_and_the_system_is_left_alone()
    {
        var before = await File.ReadAllTextAsync(In("root/var/lib/dpkg/status"));
        await AnswerAsync(new Asked { Pins = ["git"] });
        var status = await File.ReadAllTextAsync(In("work/apt/status"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Does.Contain("Package: libnccl2\nStatus: hold ok installed"));
            Assert.That(status, Does.Contain("Package: git\nStatus: hold ok installed"));
            Assert.That(status, Does.Contain("Package: libssl3\nStatus: install ok installed"));
            Assert.That(await File.ReadAllTextAsync(In("root/var/lib/dpkg/status")), Is.EqualTo(before));
            Assert.That(
                (await CallsAsync()).Single(c => c.EndsWith(" upgrade", StringComparison.Ordinal)),
                Does.Contain($"Dir::State::status={In("work/apt/status")}").And.Contain(" -s ")
            );
        }
    }

    [Test]
    public async Task Security_updates_are_asked_of_the_security_suites_alone()
    {
        await File.WriteAllTextAsync(
            In("root/etc/apt/preferences"),
            "Package: mine\nPin: version 1\nPin-Priority: 9\n"
        );
        Apt(policy: "500 http://mirror\n     release o=Ubuntu,a=jammy-security\n");
        await AnswerAsync(new Asked { IsSecurity = true });
        Assert.That(
            await File.ReadAllTextAsync(In("work/apt/preferences")),
            Does.StartWith("Package: *\nPin: release o=Ubuntu*, a=*-security\nPin-Priority: 500\n").And.Contain("mine")
        );

        Apt();
        Assert.That((await FailureAsync(new Asked { IsSecurity = true })).Failure, Is.EqualTo(ProbeFailure.NoSource));
    }

    [TestCase("check", ProbeFailure.AptBroken)]
    [TestCase("update", ProbeFailure.MirrorUnreachable)]
    [TestCase("upgrade", ProbeFailure.AptFailed)]
    public async Task What_fails_is_named_with_what_apt_says(string command, ProbeFailure expected)
    {
        Apt(failing: command);
        var failed = await FailureAsync(new Asked());
        Assert.That((failed.Failure, failed.Said), Is.EqualTo((expected, "E: of apt's own")));
    }

    [Test]
    public async Task An_image_without_apt_says_what_it_has()
    {
        File.Delete(In("bin/apt-get"));
        Script("microdnf", "exit 0");
        var failed = await FailureAsync(new Asked());
        Assert.That((failed.Failure, failed.Said), Is.EqualTo((ProbeFailure.NoApt, "microdnf")));
    }

    [Test]
    public async Task What_requirements_would_bring_is_told_and_what_the_base_brought_isnt()
    {
        Installed("fastapi", "0.1");
        Installed("numpy", "1.26.0");
        Installed("same", "3");
        Pip("24.0", ("FastAPI", "0.2"), ("numpy", "2.0"), ("same", "3"), ("starlette", "1"));
        var answer = await AnswerAsync(new Asked { HasApt = false, HasPip = true });
        Assert.That(
            answer.Changes.Select(c => $"{c.Name} {c.Old}>{c.New}"),
            Is.EqualTo(new[] { "fastapi 0.1>0.2", "starlette >1" })
        );
        Assert.That(
            await File.ReadAllTextAsync(In("pip.log")),
            Does.Contain("--dry-run").And.Contain("--index-url https://index.example/simple")
        );
    }

    [Test]
    public async Task What_a_build_would_leave_out_for_its_age_isnt_told_and_an_old_pip_gets_help()
    {
        Pip("24.0", ("starlette", "1"));
        var answer = await AnswerAsync(
            new Asked
            {
                HasApt = false,
                HasPip = true,
                Before = "2026-11-16T09:00:00Z",
            }
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Count, Is.EqualTo(1));
            Assert.That(
                await File.ReadAllTextAsync(In("pip.log")),
                Does.StartWith("pip ").And.Contain("--uploaded-prior-to 2026-11-16T09:00:00Z"),
                "its own, beside which nothing says that it is installed"
            );
            Assert.That(
                await File.ReadAllTextAsync(In("own.log")),
                Does.EndWith("--only-binary :all: --index-url https://index.example/simple pip==26.0.1")
            );
        }
    }

    [Test]
    public async Task A_pip_that_knows_ages_is_asked_itself()
    {
        Pip("26.0", ("starlette", "1"));
        await AnswerAsync(
            new Asked
            {
                HasApt = false,
                HasPip = true,
                Before = "2026-11-16T09:00:00Z",
            }
        );
        Assert.That(File.Exists(In("own.log")), Is.False);
    }

    [Test]
    public async Task An_index_without_times_is_named()
    {
        Pip("26.1");
        await File.WriteAllTextAsync(In("dateless"), "");
        var failed = await FailureAsync(
            new Asked
            {
                HasApt = false,
                HasPip = true,
                Before = "2026-11-16T09:00:00Z",
            }
        );
        Assert.That(
            (failed.Failure, failed.Said),
            Is.EqualTo(
                (
                    ProbeFailure.IndexLacksDates,
                    "ERROR: Index https://index.example/simple/x/ does not provide upload-time metadata."
                )
            )
        );
    }

    [TestCase("22.1.2", ProbeFailure.PipTooOld, "pip 22.1")]
    [TestCase("9.0", ProbeFailure.PipTooOld, "pip 9.0")]
    public async Task A_pip_that_cant_tell_is_named(string version, ProbeFailure expected, string said)
    {
        Pip(version);
        var failed = await FailureAsync(new Asked { HasApt = false, HasPip = true });
        Assert.That((failed.Failure, failed.Said), Is.EqualTo((expected, said)));
    }

    [Test]
    public async Task An_image_of_a_release_that_noted_no_base_says_so()
    {
        File.Delete(In("gemma/base"));
        Pip("24.0");
        var failed = await FailureAsync(new Asked { HasApt = false, HasPip = true });
        Assert.That(failed.Failure, Is.EqualTo(ProbeFailure.BaseUnknown));
    }

    [Test]
    public async Task Fifty_thousand_packages_fit_into_a_report()
    {
        Apt(
            upgrade: string.Concat(
                Enumerable
                    .Range(0, 50_000)
                    .Select(n =>
                        $"Inst package-{n:00000}-{new string('x', 90)} [1:1.0-{n}] (1:1.1-{n} Ubuntu [amd64])\n"
                    )
            )
        );
        var answer = await AnswerAsync(new Asked());
        Assert.That((answer.Count, answer.Changes.Count), Is.EqualTo((50_000, 20)));
    }
}
