using GemmaInference.Engine;
using GemmaInference.Model;
using GemmaInference.Torch;

namespace Inference.Tests.Engine;

internal sealed class DataTypeChoiceTests
{
    [TestCase("auto", "bfloat16", Device.Cpu, true, ScalarType.BFloat16)]
    [TestCase("auto", "bfloat16", Device.Cpu, false, ScalarType.Float32)]
    [TestCase("auto", "float32", Device.Cpu, true, ScalarType.Float32)]
    [TestCase("auto", "float16", Device.Cpu, true, ScalarType.Float32)]
    [TestCase("auto", "float16", Device.Cuda, false, ScalarType.Float16)]
    [TestCase("auto", "bfloat16", Device.Cuda, false, ScalarType.BFloat16)]
    [TestCase("float32", "bfloat16", Device.Cpu, true, ScalarType.Float32)]
    [TestCase("bfloat16", "float32", Device.Cpu, false, ScalarType.BFloat16)]
    public void The_type_follows_setting_checkpoint_and_processor(
        string setting,
        string own,
        Device device,
        bool isFast,
        object expected
    )
    {
        var config = GemmaConfigReader.Read($$"""{"model_type":"gemma","torch_dtype":"{{own}}"}""", "config.json");
        Assert.That(
            DataTypeChoice.Decide(new LoadSettings("", setting, null, null), config, device, isFast),
            Is.EqualTo(expected)
        );
    }
}
