using GemmaInference.Native;

namespace Inference.Tests.Native;

internal sealed class BrainFloatsTests
{
    [TestCase("flags\t\t: fpu avx512f avx512_bf16 amx_tile", true)]
    [TestCase("flags\t\t: fpu amx_bf16", true)]
    [TestCase("Features\t: fp asimd bf16 i8mm", true)]
    [TestCase("flags\t\t: fpu avx2 avx512f", false)]
    [TestCase("model name\t: a bf16 machine", false)]
    public void A_processor_says_what_it_can(string line, bool expected) =>
        Assert.That(BrainFloats.AreFast(["processor\t: 0", line]), Is.EqualTo(expected));
}
