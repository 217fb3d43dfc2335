using Quickstart;
using Quickstart.Terminal;

using var interrupt = new Interrupt();
var screen = Screen.OfProcess();
return await interrupt.EndAsync(
    Arguments.RunAsync(
        args,
        screen,
        (arguments, token) => new Demo(screen).RunAsync(arguments, token),
        interrupt.Token
    ),
    screen.Stopped
);
