using GemmaOperator.Api.Lines;

namespace Operator.Tests.Api.Lines;

/// <summary>What is known of the drivers that CUDA takes, and of the GPUs that PyTorch was compiled for.</summary>
internal sealed class CudaLinesTests
{
    [Test]
    public void What_is_shipped_can_be_read_and_says_where_it_is_from()
    {
        var shipped = CudaLines.Shipped;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shipped.DriverFor(12)?.ToString(), Is.EqualTo("525.60.13"));
            Assert.That(shipped.DriverFor(13)?.ToString(), Is.EqualTo("580.65.06"));
            Assert.That(shipped.DriverFor(14), Is.Null);
            Assert.That(
                File.ReadAllText(Checkout.PathTo("operator", "Api", "Lines", "cuda-lines.txt")),
                Does.StartWith("#").And.Contain("https://docs.nvidia.com/").And.Contain("github.com/pytorch/pytorch")
            );
        }
    }

    [Test]
    public void Each_CUDA_of_a_known_line_has_its_GPUs_for_amd64()
    {
        foreach (var line in PytorchLines.Shipped.All.Where(l => l.Newest >= new Version("2.9.0")))
        {
            foreach (var cuda in line.Cuda)
            {
                Assert.That(
                    CudaLines.Shipped.CompiledFor(line.Name, cuda, "amd64"),
                    Is.Not.Null,
                    $"{line.Name} {cuda}"
                );
            }
        }
    }

    [TestCase("2.10", "12.8", "amd64", "7.0", true)]
    [TestCase("2.11", "12.8", "amd64", "7.0", false)]
    [TestCase("2.11", "12.6", "amd64", "7.0", true)]
    [TestCase("2.14", "12.6", "amd64", "10.0", false)]
    [TestCase("2.14", "13.0", "amd64", "8.9", true)]
    [TestCase("2.14", "13.0", "amd64", "10.3", true)]
    [TestCase("2.14", "13.0", "amd64", "13.0", true)]
    [TestCase("2.14", "13.0", "amd64", "11.0", false)]
    [TestCase("2.14", "13.0", "arm64", "11.0", true)]
    [TestCase("2.11", "12.8", "amd64", "13.0", false)]
    public void A_GPU_runs_what_was_compiled_for_its_major_or_is_kept_as_PTX(
        string line,
        string cuda,
        string architecture,
        string gpu,
        bool runs
    ) =>
        Assert.That(
            CudaLines.Shipped.CompiledFor(line, cuda, architecture)!.Has(ComputeCapability.Parse(gpu)!.Value),
            Is.EqualTo(runs)
        );

    [TestCase("2.8", "12.8", "amd64")]
    [TestCase("2.10", "12.8", "arm64")]
    [TestCase("2.14", "12.8", "amd64")]
    [TestCase("2.14", "13.0", "")]
    public void What_nobody_looked_at_is_not_known(string line, string cuda, string architecture) =>
        Assert.That(CudaLines.Shipped.CompiledFor(line, cuda, architecture), Is.Null);

    [TestCase("570.86.15", "570.86.15", 0)]
    [TestCase("570.86", "570.86.15", -1)]
    [TestCase("570.124.06", "570.86.15", 1)]
    [TestCase("580", "580.65.06", -1)]
    [TestCase("535.104.05", "535.104.5", 0)]
    [TestCase("1000", "580.65.06", 1)]
    public void Drivers_are_compared_number_by_number(string one, string other, int sign)
    {
        var (here, there) = (DriverVersion.Parse(one)!, DriverVersion.Parse(other)!);
        Assert.That((here.IsAtLeast(there), there.IsAtLeast(here)), Is.EqualTo((sign >= 0, sign <= 0)));
    }

    [TestCase("driver 12")]
    [TestCase("driver twelve 525.60.13")]
    [TestCase("driver 12 five")]
    [TestCase("driver 12 525.60.13\ndriver 12 530.1")]
    [TestCase("gpus 2.10 12.8 amd64")]
    [TestCase("gpus 2.10 12.8 amd64 sm_90")]
    [TestCase("gpus 2.10 12.8 amd64 9.0\ngpus 2.10 12.8 amd64 9.0")]
    [TestCase("known 2026-09-18")]
    public void A_list_that_is_wrong_is_not_read(string text) =>
        Assert.That(
            () => CudaLines.Parse(text),
            Throws.TypeOf<FormatException>().With.Message.Contains(text.Split('\n')[^1])
        );
}
