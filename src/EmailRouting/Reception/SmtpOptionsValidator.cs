using Microsoft.Extensions.Options;

namespace EmailRouting.Reception;

[OptionsValidator]
public sealed partial class SmtpOptionsValidator : IValidateOptions<SmtpOptions>;
