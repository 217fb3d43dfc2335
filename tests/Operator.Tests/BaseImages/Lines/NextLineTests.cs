using System.Text.RegularExpressions;
using GemmaOperator.Api.Lines;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster.Gpus;
using static Operator.Tests.Cluster.Gpus.Labelled;

namespace Operator.Tests.BaseImages.Lines;

/// <summary>Which line is named as the next one, given the server and the nodes.</summary>
internal sealed partial class NextLineTests
{
    private const string Ours = ">=2.10,<3";

    private static readonly GpuNode Cuda12 = Of("a", "570.86.15", "12.8", "9.0");
    private static readonly GpuNode Cuda13 = Of("b", "580.95.05", "13.0", "9.0");
    private static readonly GpuNode Cuda11 = Of("c", "470.57.02", "11.4", "8.0");
    private static readonly GpuNode Volta = Of("v", "580.95.05", "13.0", "7.0");
    private static readonly GpuNode Blackwell = Of("w", "580.95.05", "13.0", "10.0");

    private static readonly TestCaseData[] Pairs =
    [
        Pair("the CUDA's major is kept where the drivers run both", "12.8", Ours, "2.14.0 with CUDA 12.6", Cuda13),
        Pair("and the CUDA itself, where the line has it", "13.0", Ours, "2.14.0 with CUDA 13.0", Cuda13),
        Pair("drivers of 12 get none of 13", "13.0", Ours, "2.14.0 with CUDA 12.6", Cuda12),
        Pair("the oldest driver counts", "13.0", Ours, "2.14.0 with CUDA 12.6", Cuda13, Cuda12),
        Pair("a server of one minor gets that", "12.8", "2.11", "2.11.0 with CUDA 12.8", Cuda12),
        Pair("a bound of the server counts", "12.8", ">=2.10,<2.13", "2.12.1 with CUDA 12.6", Cuda12),
        Pair("a GPU that 13 has left gets 12", "13.0", Ours, "2.14.0 with CUDA 12.6", Volta),
        Pair("one that 12 doesn't have yet gets 13", "12.6", Ours, "2.14.0 with CUDA 13.2", Blackwell),
        Pair("without a server's word the drivers count alone", "12.8", null, "2.14.0 with CUDA 12.6", Cuda12),
        Pair("without nodes the server counts alone", "12.8", "2.11", "2.11.0 with CUDA 12.8"),
    ];

    [TestCaseSource(nameof(Pairs))]
    public void The_newest_that_fits_is_named(string cuda, string? server, string pair, GpuNode[] nodes) =>
        Assert.That(Sentence(cuda, server, nodes), Does.StartWith($"PyTorch {pair} fits "));

    [Test]
    public void The_sentence_says_what_it_fits()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Sentence("12.8", Ours, Cuda12),
                Is.EqualTo(
                    "PyTorch 2.14.0 with CUDA 12.6 fits the server (libtorch \">=2.10,<3\") and the "
                        + "driver of node a (driver 570.86.15, "
                        + "CUDA up to 12.8, compute capability 9.0): name it in spec.base, where "
                        + "your registry has its image"
                )
            );
            Assert.That(Sentence("12.8", Ours, Cuda12, Cuda13), Does.Contain("the drivers of 2 nodes, a (driver"));
            Assert.That(Sentence("12.8", null, Cuda12), Does.Contain("its label gemmaoperator.io/libtorch says"));
        }
    }

    [Test]
    public void Nodes_that_say_nothing_are_named_beside_those_that_do()
    {
        var silent = GpuNode.Read(Node("s", "cuda.driver-version.full=?"))!;
        Assert.That(
            NextLine.Sentence(
                PytorchLines.Shipped,
                new Version("2.10.0"),
                "12.8",
                Needs(Ours, Cuda12) with
                {
                    Silent = [silent],
                }
            ),
            Does.Contain("; unknown: s (its label nvidia.com/cuda.driver-version.full can't be read)")
        );
    }

    [Test]
    public void Where_nothing_is_known_nothing_is_said()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sentence("12.8", null), Is.Empty);
            Assert.That(Sentence("12.8", "newest"), Is.Empty, "a label that isn't understood binds nothing");
            Assert.That(
                NextLine.Sentence(PytorchLines.Shipped, new Version("2.14.0"), "12.6", Needs(Ours, Cuda12)),
                Is.Empty,
                "there is none after the newest"
            );
        }
    }

    [TestCase(
        "2.10",
        "No such line fits the server image, whose label gemmaoperator.io/libtorch says \"2.10\": it takes one"
    )]
    public void A_server_that_no_line_fits_is_what_has_to_change(string label, string says) =>
        Assert.That(Sentence("12.8", label, Cuda12), Does.StartWith(says).And.EndWith("for 2.14"));

    [Test]
    public void A_driver_that_no_line_fits_is_what_has_to_change() =>
        Assert.That(
            Sentence("12.8", Ours, Cuda12, Cuda11),
            Is.EqualTo(
                "No such line fits the nodes: CUDA 12.6 of PyTorch 2.14.0 takes driver 525.60.13 or "
                    + "newer, and older is that "
                    + "of c (driver 470.57.02, CUDA up to 11.4, compute capability 8.0); update it there"
            )
        );

    [Test]
    public void Nodes_that_nothing_was_compiled_for_together_are_to_be_kept_apart() =>
        Assert.That(
            Sentence("12.8", Ours, Volta, Blackwell),
            Does.StartWith("No such line fits the nodes: PyTorch 2.14.0 for CUDA 12.6 has nothing for the GPUs of w")
                .And.Contain("spec.rollout.server.nodeSelector")
        );

    [Test]
    public void A_CUDA_of_which_nothing_is_known_is_not_recommended()
    {
        var lines = PytorchLines.Parse("known 2027-01-01\n2.20 2027-01 2.20.0 9 12.6\n2.21 2027-02 2.21.0 9 14.0");
        var needs = Needs(Ours, Cuda13);
        Assert.That(NextLine.Sentence(lines, null, "12.6", needs), Does.StartWith("PyTorch 2.20.0 with CUDA 12.6"));
    }

    /// <summary>What is named is judged as what somebody then declares.</summary>
    [TestCaseSource(nameof(Pairs))]
    public void What_is_named_is_fine_when_it_is_declared(string cuda, string? server, string pair, GpuNode[] nodes)
    {
        var named = Named().Match(Sentence(cuda, server, nodes));
        var (version, found) = (new Version(named.Groups["version"].Value), named.Groups["cuda"].Value);
        var needs = Needs(server, nodes);
        var declared = A.BaseImage().Spec!.Base! with { Pytorch = version.ToString(), Cuda = found };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(needs.IsForServer(version), pair);
            Assert.That(found, Does.Match(@"^[0-9]+\.[0-9]+$"), "as spec.base.cuda takes it");
            Assert.That(BaseDriverRule.Judge(declared, version, PytorchLines.Shipped, needs), Is.Null);
        }
    }

    private static TestCaseData Pair(string name, string cuda, string? server, string pair, params GpuNode[] nodes) =>
        new TestCaseData(cuda, server, pair, nodes).SetArgDisplayNames(name);

    private static string Sentence(string cuda, string? server, params GpuNode[] nodes) =>
        NextLine.Sentence(PytorchLines.Shipped, new Version("2.10.0"), cuda, Needs(server, nodes));

    private static LineNeeds Needs(string? server, params GpuNode[] nodes) => new(nodes, [], server, CudaLines.Shipped);

    [GeneratedRegex("^PyTorch (?<version>[0-9.]+) with CUDA (?<cuda>[0-9.]+) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
