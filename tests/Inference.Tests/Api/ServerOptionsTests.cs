using GemmaInference.Api;
using GemmaInference.Model.Matrices;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace Inference.Tests.Api;

internal sealed class ServerOptionsTests
{
    [Test]
    public void Nothing_set_means_the_documented_defaults()
    {
        var options = ServerOptions.FromEnvironment(_ => null);
        Assert.That(
            (options.ModelName, options.Port, options.MaxQueue, options.DrainTime),
            Is.EqualTo(("models", 8080, 64, TimeSpan.FromSeconds(100)))
        );
        Assert.That(
            (options.Load.Directory, options.Load.DataType, options.Load.MaxContext, options.Load.MaxSlots),
            Is.EqualTo(("/models", "auto", (int?)null, (int?)null))
        );
        Assert.That(options.Device, Is.Null);
        Assert.That(
            (options.Load.Quantization, options.ReusesPrompts, options.StreamPause),
            Is.EqualTo((Quantization.None, true, TimeSpan.FromMilliseconds(500)))
        );
        Assert.That((options.ApiKeysFile, options.Cors.IsNone), Is.EqualTo(((string?)null, true)));
        Assert.That(options.Load.UsesGraphs);
        Assert.That(options.Load.UsesPages);
    }

    [Test]
    public void Graphs_can_be_switched_off() =>
        Assert.That(
            ServerOptions.FromEnvironment(name => name == "CUDA_GRAPHS" ? "off" : null).Load.UsesGraphs,
            Is.False
        );

    [Test]
    public void A_queue_may_be_shorter_than_the_answers_that_one_request_may_ask_for() =>
        Assert.That(ServerOptions.FromEnvironment(name => name == "MAX_QUEUE" ? "8" : null).MaxQueue, Is.EqualTo(8));

    [Test]
    public void Pages_can_be_switched_off() =>
        Assert.That(ServerOptions.FromEnvironment(name => name == "KV_PAGES" ? "off" : null).Load.UsesPages, Is.False);

    [TestCase("cpu", Device.Cpu)]
    [TestCase("cuda", Device.Cuda)]
    public void A_device_can_be_insisted_on(string value, Device expected) =>
        Assert.That(
            ServerOptions.FromEnvironment(name => name == "DEVICE" ? value : null).Device,
            Is.EqualTo(expected)
        );

    [TestCase("DEVICE", "tpu")]
    [TestCase("DTYPE", "int8")]
    [TestCase("QUANTIZATION", "fp8")]
    [TestCase("PREFIX_CACHE", "yes")]
    [TestCase("CUDA_GRAPHS", "on")]
    [TestCase("KV_PAGES", "on")]
    [TestCase("STREAM_PAUSE_MS", "0")]
    [TestCase("PORT", "70000")]
    [TestCase("MAX_SLOTS", "0")]
    [TestCase("MAX_QUEUE", "7")]
    [TestCase("MAX_CONTEXT", "-1")]
    [TestCase("DRAIN_SECONDS", "1.5")]
    [TestCase("CORS_ORIGINS", "chat.example")]
    [TestCase("METRICS_NAMES", "prometheus")]
    [TestCase("MAX_REQUESTS_PER_KEY", "0")]
    public void A_value_that_cannot_be_used_is_refused_with_its_name(string variable, string value) =>
        Assert.That(
            () => ServerOptions.FromEnvironment(name => name == variable ? value : null),
            Throws.TypeOf<InferenceException>().With.Message.StartsWith(variable).And.Message.Contains(value)
        );

    [Test]
    public void A_limit_for_each_key_needs_keys()
    {
        Assert.That(
            () => ServerOptions.FromEnvironment(name => name == "MAX_REQUESTS_PER_KEY" ? "2" : null),
            Throws.TypeOf<InferenceException>().With.Message.Contains("API_KEYS_FILE")
        );
        var options = ServerOptions.FromEnvironment(name =>
            name switch
            {
                "MAX_REQUESTS_PER_KEY" => "2",
                "API_KEYS_FILE" => "/keys",
                _ => null,
            }
        );
        Assert.That(options.MaxRequestsPerKey, Is.EqualTo(2));
    }
}
