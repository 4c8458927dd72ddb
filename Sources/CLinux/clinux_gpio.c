#define _GNU_SOURCE
#include "clinux_gpio.h"
#include <errno.h>
#include <sys/ioctl.h>

#define AT(type, field, offset) _Static_assert(offsetof(struct type, field) == (offset), #type "." #field " moved")
#define SIZE(type, size) _Static_assert(sizeof(struct type) == (size), #type " changed its size")

SIZE(gpiochip_info, 68);
AT(gpiochip_info, label, 32);
AT(gpiochip_info, lines, 64);
SIZE(gpio_v2_line_info, 256);
AT(gpio_v2_line_info, consumer, 32);
AT(gpio_v2_line_info, offset, 64);
AT(gpio_v2_line_info, num_attrs, 68);
AT(gpio_v2_line_info, flags, 72);
AT(gpio_v2_line_info, attrs, 80);
SIZE(gpio_v2_line_attribute, 16);
SIZE(gpio_v2_line_config_attribute, 24);
AT(gpio_v2_line_config_attribute, mask, 16);
SIZE(gpio_v2_line_config, 272);
AT(gpio_v2_line_config, num_attrs, 8);
AT(gpio_v2_line_config, attrs, 32);
SIZE(gpio_v2_line_request, 592);
AT(gpio_v2_line_request, consumer, 256);
AT(gpio_v2_line_request, config, 288);
AT(gpio_v2_line_request, num_lines, 560);
AT(gpio_v2_line_request, event_buffer_size, 564);
AT(gpio_v2_line_request, fd, 588);
SIZE(gpio_v2_line_values, 16);
AT(gpio_v2_line_values, mask, 8);
SIZE(gpio_v2_line_event, 48);
AT(gpio_v2_line_event, id, 8);
AT(gpio_v2_line_event, offset, 12);
AT(gpio_v2_line_event, line_seqno, 20);

int clx_gpio_ioctl(int descriptor, unsigned long request, void *structure, size_t size) {
  if (_IOC_SIZE(request) != size) return EINVAL;
  while (ioctl(descriptor, request, structure) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}
