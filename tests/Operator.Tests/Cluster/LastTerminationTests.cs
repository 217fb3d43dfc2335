using GemmaOperator.Cluster;
using k8s.Models;
using Operator.Tests.Api;

namespace Operator.Tests.Cluster;

/// <summary>The line that says why a container ended, whatever else it wrote.</summary>
internal sealed class LastTerminationTests
{
    /// <summary>What the inference server's process really wrote, as the kubelet takes its end from the log.</summary>
    [TestCase("no-torch.txt", "g could not be loaded: libtorch: no PyTorch found; expected its torch/lib in ")]
    [TestCase("dtype.txt", "gemma-inference: DTYPE: expected auto, float32, float16 or bfloat16, found 'float8'")]
    [TestCase("port.txt", "gemma-inference: PORT: expected a whole number from 0 to 65535, found '99999'")]
    public void The_servers_cause_is_what_is_told(string recorded, string cause)
    {
        var log = File.ReadAllText(Checkout.PathTo("tests", "Operator.Tests", "Cluster", "recorded", recorded));
        Assert.That(Ended(log), Does.StartWith($"exit code 1 (Error): {cause}").And.Not.Contain("Draining"));
    }

    [TestCase(
        "gemma-inference: MODEL_PATH: no config.json\ninfo: Any.Host[12]\n      Draining for at most 00:01:40\n",
        "gemma-inference: MODEL_PATH: no config.json",
        Description = "what a program says in its own name goes before news"
    )]
    [TestCase(
        "gemma-inference: the CPU computes\ncrit: Any.Host[11]\n      it could not be loaded: no shards\n",
        "it could not be loaded: no shards",
        Description = "a warning before the cause isn't the cause"
    )]
    [TestCase(
        "fail: Any.Host[1]\n      it broke\n      System.IO.IOException: disk\n         at Any.Run()\n",
        "it broke",
        Description = "the entry's message, not its exception's frames"
    )]
    [TestCase(
        "Traceback (most recent call last):\n  File \"serve.py\", line 3\nValueError: unknown model\n",
        "ValueError: unknown model",
        Description = "other servers say it last"
    )]
    [TestCase("info: Any.Host[0]\n      Now listening\nSegmentation fault\n", "Segmentation fault")]
    [TestCase("info: Any.Host[0]\n      Now listening\n", "Now listening", Description = "news where there is no more")]
    [TestCase(
        "Unhandled exception. System.Exception: boom\n   at Any.Run()\n",
        "Unhandled exception. System.Exception: boom"
    )]
    public void The_cause_is_told_by_the_form_of_its_line(string log, string cause) =>
        Assert.That(Ended(log), Is.EqualTo($"exit code 1 (Error): {cause}"));

    private static string? Ended(string log) =>
        LastTermination.Of(
            new V1ContainerStatus
            {
                State = new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated
                    {
                        ExitCode = 1,
                        Reason = "Error",
                        Message = log,
                    },
                },
            }
        );
}
