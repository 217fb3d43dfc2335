using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Lines;
using GemmaOperator.BaseImages.Lines;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Cluster.Gpus;
using static Operator.Tests.Cluster.Gpus.Labelled;

namespace Operator.Tests.BaseImages.Status;

/// <summary>What is said of a base that nodes don't run, or of a line that is over.</summary>
internal sealed class BaseDriverTests
{
    private static readonly BaseSpec Declared = A.BaseImage().Spec!.Base!;

    [Test]
    public void A_driver_that_is_too_old_is_named_with_its_node_and_what_is_needed()
    {
        var finding = Judge(
            Declared with
            {
                Pytorch = "2.14.0",
                Cuda = "13.0",
            },
            ">=2.10,<3",
            Of("a", "570.86.15", "12.8"),
            Of("b", "580.95.05", "13.0")
        )!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((finding.IsTrue, finding.Reason), Is.EqualTo((false, "DriverTooOld")));
            Assert.That(
                finding.Message,
                Is.EqualTo(
                    "spec.base.cuda 13.0 takes driver 580.65.06 or newer; of 2 nodes that the pods "
                        + "may run on, 1 has an older "
                        + "one: a (driver 570.86.15, CUDA up to 12.8). Update the driver there, or "
                        + "keep the pods off by "
                        + "spec.rollout.server.nodeSelector. PyTorch 2.14.0 with CUDA 12.6 fits the "
                        + "server (libtorch \">=2.10,<3\") and the "
                        + "drivers of 2 nodes, a (driver 570.86.15, CUDA up to 12.8), b (driver "
                        + "580.95.05, CUDA up to 13.0): "
                        + "name it in spec.base, where your registry has its image."
                )
            );
        }
    }

    [TestCase("570.86.15", "12.8", "12.9", "Current", true)]
    [TestCase("525.60.13", "12.0", "12.9", "Current", true)]
    [TestCase("525.60.12", "11.8", "12.9", "DriverTooOld", false)]
    [TestCase("525.60.12", null, "12.9", "DriverTooOld", false)]
    [TestCase("580.65.06", null, "11.8", "Current", true)]
    [TestCase("580.65.05", null, "13.0", "DriverTooOld", false)]
    [TestCase("700.1", "15.0", "14.0", "Current", true)]
    [TestCase("700.1", null, "14.0", "Current", true)]
    public void A_driver_runs_what_is_older_and_newer_minors_of_its_major(
        string driver,
        string? made,
        string cuda,
        string reason,
        bool isTrue
    )
    {
        var lines = PytorchLines.Parse($"known 2026-09-18\n2.30 2026-09 2.30.0 9 {cuda}");
        var finding = BaseSupportedRule.Judge(
            Declared with
            {
                Pytorch = "2.30.0",
                Cuda = cuda,
            },
            lines,
            new LineNeeds([Of("a", driver, made)], [], null, CudaLines.Shipped)
        )!;
        Assert.That((finding.IsTrue, finding.Reason), Is.EqualTo((isTrue, reason)));
    }

    [TestCase("nvcr.io/nvidia/pytorch:25.10-py3", "2.9.0a0+145a3a7")]
    [TestCase("registry.example/team/own:1", "2.14.0")]
    [TestCase("pytorch/pytorch:2.14.0-cuda13.0-cudnn9-devel", "2.14.0")]
    public void Of_a_base_that_may_bring_compatibility_it_is_not_known(string image, string pytorch)
    {
        var finding = Judge(
            Declared with
            {
                Image = image,
                Pytorch = pytorch,
                Cuda = "13.0",
            },
            null,
            Of("a", "570.86.15", "12.8")
        )!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((finding.IsTrue, finding.Reason), Is.EqualTo(((bool?)null, "DriverUnproved")));
            Assert.That(finding.Message, Does.Contain("a (driver 570.86.15").And.Contain("cuda-compat"));
        }
    }

    [Test]
    public void What_is_not_known_of_drivers_does_not_hide_that_a_line_is_over() =>
        Assert.That(
            Judge(
                Declared with
                {
                    Image = "registry.example/team/own:1",
                    Pytorch = "2.11.0",
                    Cuda = "13.0",
                },
                null,
                Of("a", "570.86.15", "12.8")
            )!.Reason,
            Is.EqualTo("EndOfLine")
        );

    [Test]
    public void An_engine_in_the_base_is_asked_for_no_label_of_a_server()
    {
        var needs = new LineNeeds([Of("a", "570.86.15", "12.8")], [], null, CudaLines.Shipped) { HasServer = false };
        var finding = BaseSupportedRule.Judge(Declared, PytorchLines.Shipped, needs)!;
        Assert.That(finding.Message, Does.Contain("fits the driver of node a").And.Not.Contain("libtorch"));
    }

    [TestCase("", "GpuNotCompiledFor")]
    [TestCase("mirror.example/hub/pytorch/pytorch:2.11.0-cuda12.8-cudnn9-runtime", "GpuNotCompiledFor")]
    [TestCase("registry.example/team/own:1", "EndOfLine")]
    public void A_GPU_that_PyTorch_was_not_compiled_for_is_named_where_its_own_image_is_the_base(
        string image,
        string reason
    )
    {
        var finding = Judge(
            Declared with
            {
                Image = image,
                Pytorch = "2.11.0",
            },
            null,
            Of("v", "570.86.15", "12.8", "7.0")
        )!;
        Assert.That(finding.Reason, Is.EqualTo(reason));
        if (reason == "GpuNotCompiledFor")
        {
            Assert.That(
                finding.Message,
                Does.StartWith("PyTorch 2.11 for CUDA 12.8 was compiled for other GPUs than those of v (driver")
                    .And.Contain("PyTorch 2.14.0 with CUDA 12.6 fits")
            );
        }
    }

    [Test]
    public void A_line_that_is_over_names_the_next_that_fits()
    {
        var finding = Judge(Declared, ">=2.10,<2.13", Of("a", "570.86.15", "12.8"))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((finding.IsTrue, finding.Reason), Is.EqualTo((false, "EndOfLine")));
            Assert.That(
                finding.Message,
                Does.StartWith("PyTorch 2.10 gets no more releases")
                    .And.Contain(
                        "PyTorch 2.12.1 with CUDA 12.6 fits the server (libtorch \">=2.10,<2.13\") "
                            + "and the driver of node a"
                    )
                    .And.Not.Contain("must run on it")
            );
        }
    }

    [Test]
    public void Without_nodes_and_server_it_is_said_as_before() =>
        Assert.That(
            Judge(Declared, null)!.Message,
            Does.EndWith("The server image must run on it: its label gemmaoperator.io/libtorch says on which it does.")
        );

    [Test]
    public void Without_a_declared_CUDA_no_driver_is_judged() =>
        Assert.That(
            Judge(
                Declared with
                {
                    Image = "mirror.example/pytorch/pytorch:2.14.0-cuda13.0-cudnn9-runtime",
                    Pytorch = "2.14.0",
                    Cuda = null,
                },
                null,
                Of("a", "470.57.02", "11.4")
            )!.Reason,
            Is.EqualTo("Current")
        );

    private static Finding? Judge(BaseSpec declared, string? server, params GpuNode[] nodes) =>
        BaseSupportedRule.Judge(declared, PytorchLines.Shipped, new LineNeeds(nodes, [], server, CudaLines.Shipped));
}
